#include "quantum_sim/random_problem.h"

#include <Eigen/Dense>
#include <algorithm>
#include <memory>
#include <numeric>

namespace tacit::quantum_sim::test {
namespace {

Angle::Factor random_factor(RandomStream& stream) {
  const double shift = stream.uniform(-1, 1);
  const auto index = static_cast<std::uint32_t>(stream.below(3));
  switch (stream.below(5)) {
    case 0:
      return {Angle::Source::input, index, Angle::Function::identity, shift};
    case 1:
      return {Angle::Source::input, arccos_input, Angle::Function::arccos, shift};
    case 2:
      return {Angle::Source::parameter, arccos_parameter, Angle::Function::arccos, shift};
    case 3:
      return {Angle::Source::parameter, index, Angle::Function::identity, shift};
    default:
      return {Angle::Source::parameter, index};
  }
}

Angle random_angle(RandomStream& stream) {
  const double scale = stream.uniform(-2, 2), offset = stream.uniform(-1, 1);
  const auto index = static_cast<std::uint32_t>(stream.below(6));
  switch (stream.below(8)) {
    case 0:
      return Angle::constant(offset);
    case 1:
      return Angle::input(index % 3, scale, offset);
    case 2:
      return Angle::input(index % 3);
    case 3:
      return Angle::parameter(index, scale);
    case 4:
      return Angle::product(random_factor(stream), random_factor(stream), scale / 2, offset);
    case 5: {
      Angle angle{offset, scale, 1, {random_factor(stream)}};
      return angle;
    }
    default:
      return Angle::parameter(index);
  }
}

// Draws the sources of an arccos again, away from the ends of its domain.
void draw_in_domain(Problem& problem, RandomStream& stream) {
  for (const Gate& gate : problem.circuit.gates())
    for (const Angle& angle : gate.angles)
      for (const Angle::Factor& factor : angle.factors()) {
        if (factor.function != Angle::Function::arccos) continue;
        if (factor.source == Angle::Source::parameter) problem.parameters[factor.index] = stream.uniform(-0.7, 0.7);
        for (std::size_t sample = 0; factor.source == Angle::Source::input && sample < problem.batch; ++sample)
          problem.inputs[sample * problem.circuit.inputs() + factor.index] = stream.uniform(-0.7, 0.7);
      }
}

void append_plain_gate(Circuit& circuit, RandomStream& stream) {
  const std::uint32_t qubits = circuit.qubits();
  const auto target = static_cast<std::uint32_t>(stream.below(qubits));
  const std::uint64_t kind = stream.below(qubits > 1 ? 5 : 3);
  if (kind == 0) circuit.rx(target, random_angle(stream));
  if (kind == 1) circuit.ry(target, random_angle(stream));
  if (kind == 2) circuit.rz(target, random_angle(stream));
  if (kind < 3) return;
  const auto other = (target + 1 + static_cast<std::uint32_t>(stream.below(qubits - 1))) % qubits;
  if (kind == 3) circuit.cnot(other, target);
  if (kind == 4) circuit.cz(other, target);
}

// The first `count` of a random order of the qubits.
std::vector<std::uint32_t> random_qubits(std::uint32_t qubits, std::size_t count, RandomStream& stream) {
  std::vector<std::uint32_t> all(qubits);
  std::iota(all.begin(), all.end(), 0u);
  for (std::size_t place = 0; place < count; ++place) std::swap(all[place], all[place + stream.below(qubits - place)]);
  all.resize(count);
  return all;
}

std::size_t random_target_count(GateKind kind, std::uint32_t most, RandomStream& stream) {
  if (kind == GateKind::swap || kind == GateKind::iswap) return 2;
  if (kind == GateKind::pauli_rotation || kind == GateKind::unitary || kind == GateKind::diagonal)
    return 1 + stream.below(std::min(most, 3u));
  return 1;
}

std::vector<std::complex<double>> random_phases(std::size_t count, RandomStream& stream) {
  std::vector<std::complex<double>> entries(count);
  for (auto& entry : entries) entry = std::polar(1.0, stream.uniform(-3, 3));
  return entries;
}

}  // namespace

std::vector<std::complex<double>> random_unitary(std::size_t qubits, RandomStream& stream) {
  const Eigen::Index size = Eigen::Index{1} << qubits;
  Eigen::MatrixXcd matrix(size, size);
  for (auto& entry : matrix.reshaped()) entry = {stream.uniform(-1, 1), stream.uniform(-1, 1)};
  const Eigen::MatrixXcd q = Eigen::HouseholderQR<Eigen::MatrixXcd>(matrix).householderQ();
  return {q.data(), q.data() + q.size()};
}

Gate random_gate(GateKind kind, std::uint32_t qubits, std::size_t controls, RandomStream& stream) {
  const auto most = static_cast<std::uint32_t>(qubits - controls);
  const std::size_t targets = random_target_count(kind, most, stream);
  std::vector<std::uint32_t> chosen = random_qubits(qubits, targets + controls, stream);
  Gate gate{kind, {chosen.begin(), chosen.begin() + static_cast<std::ptrdiff_t>(targets)}};
  gate.controls = {chosen.begin() + static_cast<std::ptrdiff_t>(targets), chosen.end()};
  for (std::size_t count = angle_count(kind); count > 0; --count) gate.angles.push_back(random_angle(stream));
  using Entries = const std::vector<std::complex<double>>;
  if (kind == GateKind::unitary) gate.matrix = std::make_shared<Entries>(random_unitary(targets, stream));
  if (kind == GateKind::diagonal)
    gate.matrix = std::make_shared<Entries>(random_phases(std::size_t{1} << targets, stream));
  if (kind != GateKind::pauli_rotation) return gate;
  std::sort(gate.targets.begin(), gate.targets.end());
  for (const std::uint32_t target : gate.targets) {
    const std::uint64_t letter = 1 + stream.below(3);
    gate.x_mask |= (letter & 1) << target;
    gate.z_mask |= (letter >> 1) << target;
  }
  return gate;
}

namespace {

void append_random_gate(Circuit& circuit, RandomStream& stream) {
  if (stream.below(2) == 0) return append_plain_gate(circuit, stream);
  const std::uint32_t qubits = circuit.qubits();
  const GateKind kind = unitary_kinds[stream.below(unitary_kinds.size())];
  const std::size_t least = kind == GateKind::swap || kind == GateKind::iswap ? 2 : 1;
  if (qubits < least) return append_plain_gate(circuit, stream);
  circuit.append(random_gate(kind, qubits, stream.below(std::min<std::size_t>(qubits - least, 3) + 1), stream));
}

std::vector<Observable> random_observables(std::uint32_t qubits, RandomStream& stream) {
  std::vector<Observable> observables(3);
  const std::uint64_t strings = std::uint64_t{1} << qubits;
  for (Observable& observable : observables)
    for (std::uint64_t count = 1 + stream.below(3); count > 0; --count)
      observable.terms.push_back({stream.uniform(-1, 1), stream.below(strings), stream.below(strings)});
  return observables;
}

}  // namespace

std::vector<double> random_values(RandomStream& stream, std::size_t count, double bound) {
  std::vector<double> values(count);
  for (double& value : values) value = stream.uniform(-bound, bound);
  return values;
}

Problem problem_of(std::uint64_t seed, Circuit circuit, std::vector<Observable> observables, std::size_t batch) {
  RandomStream stream({seed, Purpose::test, 1, 0});
  Problem problem{seed, std::move(circuit), std::move(observables), batch, {}, {}, {}, {}, {}, {}};
  const std::size_t inputs = batch * problem.circuit.inputs(), outputs = batch * problem.outputs();
  problem.parameters = random_values(stream, problem.circuit.parameters(), 3);
  problem.inputs = random_values(stream, inputs, 2);
  problem.parameters_dot = random_values(stream, problem.circuit.parameters(), 1);
  problem.inputs_dot = random_values(stream, inputs, 1);
  problem.upstream = random_values(stream, outputs, 1);
  problem.upstream_dot = random_values(stream, outputs, 1);
  draw_in_domain(problem, stream);
  return problem;
}

Problem random_problem(std::uint64_t seed, std::uint32_t qubits, std::size_t gates, std::size_t batch) {
  RandomStream stream({seed, Purpose::test, 0, 0});
  Circuit circuit(qubits);
  for (std::size_t gate = 0; gate < gates; ++gate) append_random_gate(circuit, stream);
  return problem_of(seed, std::move(circuit), random_observables(qubits, stream), batch);
}

Problem controlled_problem(std::uint64_t seed, std::uint32_t qubits, std::size_t controls, std::size_t gates,
                           std::size_t batch) {
  RandomStream stream({.seed = seed, .purpose = Purpose::test});
  Circuit circuit(qubits);
  for (std::size_t gate = 0; gate < gates; ++gate) {
    circuit.append(random_gate(unitary_kinds[stream.below(unitary_kinds.size())], qubits, 0, stream));
    GateKind kind = unitary_kinds[stream.below(unitary_kinds.size())];
    const bool needs_two = kind == GateKind::swap || kind == GateKind::iswap;
    if (needs_two && controls + 2 > qubits) kind = GateKind::universal;
    circuit.append(random_gate(kind, qubits, controls, stream));
  }
  const std::uint64_t all = (std::uint64_t{1} << qubits) - 1;
  return problem_of(seed, circuit, {Observable::pauli_z(0), {{{0.8, all, 0b101}, {-0.5, 0b10, 0b11}}}}, batch);
}

Problem moved(const Problem& problem, double step) {
  Problem result = problem;
  const auto move = [step](std::vector<double>& values, const std::vector<double>& direction) {
    for (std::size_t i = 0; i < values.size(); ++i) values[i] += step * direction[i];
  };
  move(result.parameters, problem.parameters_dot);
  move(result.inputs, problem.inputs_dot);
  move(result.upstream, problem.upstream_dot);
  return result;
}

}  // namespace tacit::quantum_sim::test
