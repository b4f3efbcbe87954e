#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "quantum_sim/gradients/frequency_set.h"

namespace tacit::quantum_sim {

/// One evaluation of an expectation value: exact (variance 0), or the mean of shots and the variance of that mean.
struct Estimate {
  double mean = 0;
  double variance = 0;
};

/// Any expectation value as a function of the parameters: exact, finite-shot or noisy. `evaluation` counts 0, 1, 2, ...
/// within one call below; a function that draws shots seeds them with it, so that they are independent and repeatable.
using ExpectationFunction = std::function<Estimate(std::span<const double> parameters, std::uint64_t evaluation)>;

struct DerivativeEstimates {
  std::vector<double> values;
  std::vector<double> standard_errors;  ///< from the evaluations' variances; 0 for exact ones
  std::size_t evaluations = 0;
};

/// d f / d theta_p for every p by the shift rule of frequencies[p] (parameter_frequencies). [P]
DerivativeEstimates parameter_shift_gradient(const ExpectationFunction& function, std::span<const double> parameters,
                                             std::span<const FrequencySet> frequencies);

/// d^2 f / d theta_p d theta_q, [P, P] row-major: on the diagonal the rule of second derivatives, off it the product of
/// two rules of first ones.
DerivativeEstimates parameter_shift_hessian(const ExpectationFunction& function, std::span<const double> parameters,
                                            std::span<const FrequencySet> frequencies);

}  // namespace tacit::quantum_sim
