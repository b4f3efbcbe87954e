#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "quantum_sim/circuit/circuit.h"

namespace tacit::quantum_sim::analysis {

/// What one output can depend on.
struct LightCone {
  std::size_t output = 0;
  /// By connection alone: qubits and gates (positions) from which a path of shared qubits leads to the observable.
  std::vector<std::uint32_t> qubits;
  std::vector<std::size_t> gates;
  /// By commutation, which is sharper: those that move a rotation which the observable sees and |0...0> feels. All
  /// others have a derivative of exactly zero, whatever the values of all parameters and inputs.
  std::vector<std::size_t> parameters;
  std::vector<std::size_t> inputs;
};

/// A parameter or input that no output depends on.
struct DeadVariable {
  std::size_t index = 0;
  std::vector<std::size_t> gates;  ///< where it stands; empty if the circuit skips this index
  std::string name;                ///< "parameter 5 of gate 12 (R_Z on qubit 1)"
};

struct LightCones {
  std::vector<LightCone> outputs;
  std::vector<DeadVariable> dead_parameters, dead_inputs;
};

/// Exact where it says dead; a variable that counts as alive may still vanish by a coincidence of fixed angles. Throws
/// Error(usage) on an observable out of range or a circuit that is not unitary.
LightCones light_cones(const Circuit& circuit, const std::vector<Observable>& observables);

}  // namespace tacit::quantum_sim::analysis
