#pragma once

#include <span>

#include "quantum_sim/circuit/circuit.h"

namespace tacit::quantum_sim {

/// Throws Error(usage) unless there are as many parameters and inputs (of one sample) as the circuit reads.
void require_values(const Circuit& circuit, std::span<const double> parameters, std::span<const double> inputs);

/// The same, and that all of them are finite.
void require_finite_values(const Circuit& circuit, std::span<const double> parameters, std::span<const double> inputs);

}  // namespace tacit::quantum_sim
