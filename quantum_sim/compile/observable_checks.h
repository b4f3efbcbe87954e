#pragma once

#include <vector>

#include "quantum_sim/circuit/circuit.h"

namespace tacit::quantum_sim {

/// Throws Error(usage) on an observable that touches a qubit out of range or has a coefficient that is not finite.
void require_valid_observables(const Circuit& circuit, const std::vector<Observable>& observables);

}  // namespace tacit::quantum_sim
