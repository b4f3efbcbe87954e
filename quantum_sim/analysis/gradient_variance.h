#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "quantum_sim/analysis/random_parameters.h"
#include "quantum_sim/circuit/observable.h"

namespace tacit::quantum_sim::analysis {

/// Of d <O> / d theta_p over random parameters: how flat the landscape is. Exponentially small in the qubits is a
/// barren plateau (McClean et al., Nature Communications 9, 4812 (2018)).
struct ParameterVariance {
  std::size_t parameter = 0;
  double mean = 0;
  double variance = 0;        ///< unbiased
  double standard_error = 0;  ///< of the variance, by the fourth moment
};

struct GradientVariance {
  std::vector<ParameterVariance> parameters;
  double mean_variance = 0;           ///< over the parameters
  double largest_variance = 0;        ///< the trainable end
  std::size_t largest_parameter = 0;  ///< where it is
};

/// By adjoint gradients, each lane of a batch with parameters of its own. Errors as of BatchSimulator, and Error(usage)
/// on bad options.
GradientVariance gradient_variance(const Circuit& circuit, const Observable& observable,
                                   const SamplingOptions& options);

/// A straight line ln(variance) = intercept + slope * qubits: the variance changes by the factor exp(slope) with each
/// qubit.
struct ScalingFit {
  double slope = 0;
  double slope_standard_error = 0;  ///< from the variances' own errors
  double intercept = 0;
  double r_squared = 0;

  double factor_per_qubit() const noexcept;
};

/// Weighted by the variances' standard errors (each must be positive, as must the variances); at least 2 distinct
/// numbers of qubits. Throws Error(usage) otherwise.
ScalingFit fit_scaling(std::span<const double> qubits, std::span<const double> variances,
                       std::span<const double> standard_errors);

}  // namespace tacit::quantum_sim::analysis
