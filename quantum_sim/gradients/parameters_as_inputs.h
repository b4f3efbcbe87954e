#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "quantum_sim/circuit/circuit.h"

namespace tacit::quantum_sim {

/// The same circuit with every parameter theta_p read as input I + p, I the circuit's inputs: then each lane of a batch
/// has parameters of its own, and their gradients come back sample by sample.
Circuit with_parameters_as_inputs(const Circuit& circuit);

/// The row [inputs, parameters] that such a circuit takes.
std::vector<double> joined(std::span<const double> inputs, std::span<const double> parameters);

/// The circuit with each angle replaced by change(angle).
template <class Change>
Circuit with_angles(const Circuit& circuit, Change change) {
  Circuit result(circuit.qubits());
  if (circuit.encoded_amplitudes() > 0) result.encode_amplitudes(circuit.encoded_amplitudes());
  for (Gate gate : circuit.gates()) {
    for (Angle& angle : gate.angles) angle = change(angle);
    result.append(std::move(gate));
  }
  return result;
}

}  // namespace tacit::quantum_sim
