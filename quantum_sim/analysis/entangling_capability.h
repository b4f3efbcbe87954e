#pragma once

#include <span>
#include <vector>

#include "quantum_sim/analysis/random_parameters.h"

namespace tacit::quantum_sim::analysis {

/// Meyer-Wallach entanglement of a state, Q = 2 (1 - mean over qubits of Tr rho_q^2) (Meyer, Wallach, J. Math. Phys.
/// 43, 4273 (2002), in Brennen's form) = 1 - mean of |r_q|^2, r_q = (<X_q>, <Y_q>, <Z_q>): 0 of product states, 1 of
/// GHZ ones.
double meyer_wallach(const Circuit& circuit, std::span<const double> parameters, std::span<const double> inputs);

/// Entangling capability: the mean of Q over random parameters (Sim, Johnson, Aspuru-Guzik, Adv. Quantum Technol. 2,
/// 1900070 (2019), Eq. 16). Haar-random states have (2^n - 2) / (2^n + 1).
SampledMean entangling_capability(const Circuit& circuit, const SamplingOptions& options);

}  // namespace tacit::quantum_sim::analysis
