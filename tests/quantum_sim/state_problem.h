#pragma once

#include "quantum_sim/circuit/encodings.h"
#include "quantum_sim/random_problem.h"
#include "quantum_sim/state/state_simulator.h"

namespace tacit::quantum_sim::test {

/// A problem of one sample through the engine of one large state.
template <class T>
std::vector<T> forward(StateSimulator<T>& simulator, const Problem& problem) {
  std::vector<T> outputs(problem.outputs());
  simulator.forward(cast<T>(problem.parameters), cast<T>(problem.inputs), outputs);
  return outputs;
}

template <class T>
Gradients<T> backward(StateSimulator<T>& simulator, const Problem& problem) {
  Gradients<T> result{std::vector<T>(problem.upstream.size()), std::vector<T>(problem.parameters.size()),
                      std::vector<T>(problem.inputs.size())};
  simulator.backward(cast<T>(problem.parameters), cast<T>(problem.inputs), cast<T>(problem.upstream), result.outputs,
                     result.parameters, result.inputs);
  return result;
}

template <class T>
TangentGradients<T> backward_tangent(StateSimulator<T>& simulator, const Problem& problem) {
  const std::size_t p = problem.parameters.size(), i = problem.inputs.size();
  TangentGradients<T> result{std::vector<T>(p), std::vector<T>(i), std::vector<T>(p), std::vector<T>(i)};
  simulator.backward_tangent(cast<T>(problem.parameters), cast<T>(problem.inputs), cast<T>(problem.parameters_dot),
                             cast<T>(problem.inputs_dot), cast<T>(problem.upstream), cast<T>(problem.upstream_dot),
                             {result.parameters, result.inputs, result.parameters_dot, result.inputs_dot});
  return result;
}

/// R_X(x_i), then layers of [R_Y R_Z] and a ring of CNOT, with observables of every kind of string.
inline Problem state_ansatz(std::uint32_t qubits, std::uint32_t layers) {
  Circuit circuit(qubits);
  append_angle_encoding(circuit, Axis::x, qubits);
  append_hardware_efficient(circuit, layers, Entangler::cnot_ring);
  return problem_of(qubits, circuit, {Observable::pauli_z(0), {{{0.7, 0b011, 0b110}, {1.0, 0, 0b101}}}}, 1);
}

}  // namespace tacit::quantum_sim::test
