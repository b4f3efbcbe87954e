// Every rank computes a circuit alone and with the others, and compares the bits. Exit code 1 and a line for each
// difference; run it under mpirun.
#include <fmt/format.h>

#include <cmath>
#include <iostream>
#include <vector>

#include "core/error.h"
#include "quantum_sim/circuit/encodings.h"
#include "quantum_sim/distributed/distributed_simulator.h"
#include "quantum_sim/mpi_leaks.h"
#include "quantum_sim/state/state_simulator.h"

namespace {

using namespace tacit::quantum_sim;

Circuit layered(std::uint32_t qubits) {
  Circuit circuit(qubits);
  append_angle_encoding(circuit, Axis::x, qubits);
  append_hardware_efficient(circuit, 3, Entangler::cnot_ring);
  std::vector<std::uint32_t> controls;
  for (std::uint32_t qubit = 0; qubit + 1 < qubits; qubit += 2) controls.push_back(qubit);
  circuit.append({GateKind::ry, {qubits - 1}, controls, {Angle::parameter(3)}});
  circuit.append({GateKind::phase, {1}, {qubits - 2, qubits - 1}, {Angle::input(2)}});
  append_hardware_efficient(circuit, 1, Entangler::cnot_ring);
  return circuit;
}

template <class T>
std::vector<T> wave(std::size_t count, double step) {
  std::vector<T> values(count);
  for (std::size_t i = 0; i < count; ++i) values[i] = static_cast<T>(std::sin(step * static_cast<double>(i + 1)));
  return values;
}

template <class T, class Simulator>
std::vector<T> results(Simulator&& simulator) {
  const Circuit& circuit = simulator.circuit();
  std::vector<T> outputs(simulator.outputs()), parameters(circuit.parameters()), inputs(circuit.inputs());
  simulator.backward(wave<T>(circuit.parameters(), 0.7), wave<T>(circuit.inputs(), 0.3),
                     wave<T>(simulator.outputs(), 1.1), outputs, parameters, inputs);
  std::vector<T> all;
  const auto take = [&](std::initializer_list<const std::vector<T>*> parts) {
    for (const auto* part : parts) all.insert(all.end(), part->begin(), part->end());
  };
  take({&outputs, &parameters, &inputs});
  const std::vector<T> parameters_dot = wave<T>(parameters.size(), 0.4), inputs_dot = wave<T>(inputs.size(), 1.7);
  std::vector<T> outputs_dot(outputs.size()), rates(parameters.size()), input_rates(inputs.size());
  simulator.forward_tangent(wave<T>(circuit.parameters(), 0.7), wave<T>(circuit.inputs(), 0.3), parameters_dot,
                            inputs_dot, outputs, outputs_dot);
  take({&outputs, &outputs_dot});
  simulator.backward_tangent(wave<T>(circuit.parameters(), 0.7), wave<T>(circuit.inputs(), 0.3), parameters_dot,
                             inputs_dot, wave<T>(outputs.size(), 1.1), wave<T>(outputs.size(), 0.9),
                             {parameters, inputs, rates, input_rates});
  take({&parameters, &inputs, &rates, &input_rates});
  return all;
}

template <class T>
bool agrees(Communicator& ranks, std::uint32_t qubits) {
  const std::uint64_t top = std::uint64_t{1} << (qubits - 1);
  const std::vector<Observable> observables = {Observable::pauli_z(0), {{{0.5, top, top | 1}, {-1.5, top | 2, 4}}}};
  const std::vector<T> alone = results<T>(StateSimulator<T>(layered(qubits), observables));
  const std::vector<T> shared = results<T>(DistributedSimulator<T>(layered(qubits), observables, ranks));
  bool same = true;
  for (std::size_t i = 0; i < alone.size(); ++i) {
    if (alone[i] == shared[i] && std::isfinite(alone[i])) continue;
    std::cerr << fmt::format("rank {}: {} qubits: result {} is {} alone and {} shared\n", ranks.rank(), qubits, i,
                             alone[i], shared[i]);
    same = false;
  }
  return same;
}

}  // namespace

int main() {
  try {
    test::uses_mpi = true;
    const auto world = mpi_world();
    bool same = true;
    for (const std::uint32_t qubits : {14u, 17u}) {
      same = agrees<float>(*world, qubits) && same;
      same = agrees<double>(*world, qubits) && same;
    }
    if (same && world->rank() == 0) std::cout << fmt::format("{} ranks: the bits of one process\n", world->size());
    return same ? 0 : 1;
  } catch (const tacit::Error& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
