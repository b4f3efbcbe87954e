#include "quantum_sim/random_problem.h"

namespace tacit::quantum_sim::test {
namespace {

Angle random_angle(RandomStream& stream) {
  const double scale = stream.uniform(-2, 2), offset = stream.uniform(-1, 1);
  const auto index = static_cast<std::uint32_t>(stream.below(6));
  switch (stream.below(5)) {
    case 0:
      return Angle::constant(offset);
    case 1:
      return Angle::input(index % 3, scale, offset);
    case 2:
      return Angle::input(index % 3);
    case 3:
      return Angle::parameter(index, scale);
    default:
      return Angle::parameter(index);
  }
}

void append_random_gate(Circuit& circuit, RandomStream& stream) {
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
  return problem;
}

Problem random_problem(std::uint64_t seed, std::uint32_t qubits, std::size_t gates, std::size_t batch) {
  RandomStream stream({seed, Purpose::test, 0, 0});
  Circuit circuit(qubits);
  for (std::size_t gate = 0; gate < gates; ++gate) append_random_gate(circuit, stream);
  return problem_of(seed, std::move(circuit), random_observables(qubits, stream), batch);
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
