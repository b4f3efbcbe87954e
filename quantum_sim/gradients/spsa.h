#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "quantum_sim/gradients/parameter_shift.h"

namespace tacit::quantum_sim {

struct SpsaSettings {
  double step = 0.1;            ///< c, half the distance of the two evaluations along each coordinate
  std::size_t repetitions = 1;  ///< random directions that are averaged
  std::uint64_t seed = 0;
  std::uint32_t iteration = 0;  ///< of the optimiser: another number gives other directions
};

/// Simultaneous perturbation (Spall, IEEE Trans. Automatic Control 37, 332 (1992), Eq. 2.1 with Bernoulli directions):
///   g_p = mean over directions D in {-1, 1}^P of (f(theta + c D) - f(theta - c D)) / (2 c D_p),
/// two evaluations a direction whatever P; unbiased up to O(c^2). The standard errors are those of the mean over
/// directions (0 for one direction). Throws Error(usage) on a step that is not positive or no repetitions.
DerivativeEstimates spsa_gradient(const ExpectationFunction& function, std::span<const double> parameters,
                                  const SpsaSettings& settings);

/// |<psi(first)|psi(second)>|^2, exact or estimated.
using FidelityFunction =
    std::function<double(std::span<const double> first, std::span<const double> second, std::uint64_t evaluation)>;

/// QN-SPSA (Gacon, Zoufal, Carleo, Woerner, Quantum 5, 567 (2021)): an estimate of the quantum Fisher information [P,
/// P] from four fidelities a pair of directions, F = -2 Hessian of the fidelity; symmetric, not necessarily positive.
std::vector<double> spsa_quantum_fisher(const FidelityFunction& fidelity, std::span<const double> parameters,
                                        const SpsaSettings& settings);

}  // namespace tacit::quantum_sim
