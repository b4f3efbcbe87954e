// Random circuits of every kind of gate, as this program exports them and what they do: one JSON array on standard
// output, rows of {seed, version_2, version_3, parameters, inputs, unitary}. The unitary, column by column, entries as
// [real, imaginary], comes from the engine of one state. For bench/peers/openqasm.py, which has other readers read
// them.
//
//     bench_openqasm_samples COUNT
#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <numeric>

#include "core/error.h"
#include "core/random.h"
#include "quantum_sim/openqasm/openqasm.h"
#include "quantum_sim/state/state_readout.h"

namespace {

using namespace tacit::quantum_sim;
using Complex = std::complex<double>;
using Matrix = std::vector<Complex>;
using tacit::RandomStream;

/// By Gram and Schmidt, of rows of normal numbers.
Matrix random_unitary(RandomStream& stream, std::size_t qubits) {
  const std::size_t size = std::size_t{1} << qubits;
  Matrix rows(size * size);
  for (Complex& entry : rows) entry = {stream.normal(), stream.normal()};
  for (std::size_t row = 0; row < size; ++row) {
    Complex* const here = rows.data() + row * size;
    for (std::size_t other = 0; other < row; ++other) {
      const Complex* const there = rows.data() + other * size;
      const Complex overlap = std::inner_product(here, here + size, there, Complex(0), std::plus<>(),
                                                 [](Complex a, Complex b) { return a * std::conj(b); });
      for (std::size_t column = 0; column < size; ++column) here[column] -= overlap * there[column];
    }
    double square = 0;
    for (std::size_t column = 0; column < size; ++column) square += std::norm(here[column]);
    for (std::size_t column = 0; column < size; ++column) here[column] /= std::sqrt(square);
  }
  return rows;
}

Angle random_angle(RandomStream& stream) {
  const auto factor = [&] {
    return Angle::Factor{stream.below(2) ? Angle::Source::input : Angle::Source::parameter,
                         static_cast<std::uint32_t>(stream.below(3)),
                         stream.below(3) ? Angle::Function::identity : Angle::Function::arccos,
                         stream.below(2) ? stream.uniform(-2, 2) : 0};
  };
  const double offset = stream.uniform(-4, 4);
  switch (stream.below(3)) {
    case 0:
      return Angle::constant(offset);
    case 1:
      return {offset, stream.uniform(-2, 2), 1, {factor()}};
    default:
      return Angle::product(factor(), factor(), stream.uniform(-2, 2), offset);
  }
}

Gate random_gate(RandomStream& stream, std::uint32_t qubits) {
  std::vector<std::uint32_t> order(qubits);
  std::iota(order.begin(), order.end(), 0u);
  stream.shuffle(std::span(order));
  Gate gate;
  gate.kind = static_cast<GateKind>(stream.below(static_cast<std::uint64_t>(GateKind::measure)));
  std::size_t targets = 1;
  if (gate.kind == GateKind::swap || gate.kind == GateKind::iswap) targets = 2;
  if (gate.kind == GateKind::pauli_rotation || gate.kind == GateKind::diagonal || gate.kind == GateKind::unitary)
    targets = 1 + stream.below(std::min<std::uint64_t>(3, qubits));
  const auto end = order.begin() + static_cast<std::ptrdiff_t>(targets);
  gate.targets.assign(order.begin(), end);
  gate.controls.assign(end, end + static_cast<std::ptrdiff_t>(stream.below(qubits - targets + 1)));
  for (std::size_t count = angle_count(gate.kind); count > 0; --count) gate.angles.push_back(random_angle(stream));
  if (gate.kind == GateKind::unitary) gate.matrix = std::make_shared<const Matrix>(random_unitary(stream, targets));
  if (gate.kind == GateKind::diagonal) {
    Matrix entries(std::size_t{1} << targets);
    for (Complex& entry : entries) entry = std::polar(1.0, stream.uniform(-3, 3));
    gate.matrix = std::make_shared<const Matrix>(std::move(entries));
  }
  if (gate.kind == GateKind::pauli_rotation) {
    std::sort(gate.targets.begin(), gate.targets.end());
    for (const std::uint32_t target : gate.targets) {
      const std::uint64_t letter = 1 + stream.below(3);
      gate.x_mask |= (letter & 1) << target;
      gate.z_mask |= (letter >> 1) << target;
    }
  }
  return gate;
}

nlohmann::json unitary_of(const Circuit& circuit, const std::vector<double>& parameters,
                          const std::vector<double>& inputs) {
  nlohmann::json columns = nlohmann::json::array();
  for (std::uint64_t column = 0; column < std::uint64_t{1} << circuit.qubits(); ++column) {
    Circuit from_column(circuit.qubits());
    for (std::uint32_t qubit = 0; qubit < circuit.qubits(); ++qubit)
      if (column >> qubit & 1) from_column.x(qubit);
    for (const Gate& gate : circuit.gates()) from_column.append(gate);
    StateReadout<double> readout(from_column);
    std::vector<Complex> amplitudes(readout.size());
    readout.amplitudes(parameters, inputs, amplitudes);
    for (const Complex& amplitude : amplitudes) columns.push_back({amplitude.real(), amplitude.imag()});
  }
  return columns;
}

nlohmann::json sample(std::uint64_t seed) {
  RandomStream stream({seed, tacit::Purpose::benchmark, 0, 0});
  Circuit circuit(static_cast<std::uint32_t>(2 + seed % 3));
  for (int gate = 0; gate < 12; ++gate) circuit.append(random_gate(stream, circuit.qubits()));
  std::vector<double> parameters(circuit.parameters()), inputs(circuit.inputs());
  for (auto* values : {&parameters, &inputs})
    for (double& value : *values) value = stream.uniform(-0.9, 0.9);
  return {{"seed", seed},
          {"version_2", export_openqasm2(circuit, parameters, inputs)},
          {"version_3", export_openqasm3(circuit)},
          {"parameters", parameters},
          {"inputs", inputs},
          {"unitary", unitary_of(circuit, parameters, inputs)}};
}

}  // namespace

int main(int arguments, char** values) {
  const long count = arguments == 2 ? std::strtol(values[1], nullptr, 10) : 0;
  if (count < 1 || count > 100'000) {
    std::cerr << "usage: bench_openqasm_samples COUNT (1 to 100000 circuits)\n";
    return 2;
  }
  try {
    nlohmann::json samples = nlohmann::json::array();
    for (long seed = 1; seed <= count; ++seed) samples.push_back(sample(static_cast<std::uint64_t>(seed)));
    std::cout << samples << '\n';
    return 0;
  } catch (const tacit::Error& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
