#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "attacks/algebraic/trigonometric_polynomial.h"
#include "models/model.h"
#include "quantum_sim/analysis/spectrum.h"

namespace tacit::attacks {

/// What the gradient of a circuit's squared error says about its one input x: equations r_p(t) = dE/dtheta_p(x) - g_p =
/// 0, each a trigonometric polynomial in t = base * u, where u is x, or arccos x under a Chebyshev encoding.
struct OneFeatureSystem {
  quantum_sim::analysis::Variable variable = quantum_sim::analysis::Variable::identity;
  double base = 0;         ///< the frequencies' largest common measure; u has period 2 pi / base
  std::size_t degree = 0;  ///< that the structure allows: the largest frequency / base
  std::vector<TrigonometricPolynomial> residuals;  ///< r_p
  std::size_t pivot = 0;                           ///< the residual that varies most: whose roots are taken
  double scale = 0;                                ///< root mean square over x of the length of the gradient
  std::size_t evaluations = 0;                     ///< of circuits, to find the coefficients
};

/// The system behind an observed gradient [parameters] for known targets [target_size]. Coefficients are exact: by FFT
/// from 2^k >= 2 degree + 1 samples of the gradient (analysis::spectrum). A parameter that multiplies the input has no
/// such equation and is left out. Throws Error(configuration), with one sentence, if the model is not one quantum layer
/// over one feature with loss mean_squared_error, the feature has no Fourier series with a base or none of degree
/// <= max_degree, or no component of the gradient depends on it; Error(usage) on sizes that do not fit.
OneFeatureSystem one_feature_system(const models::Model<double>& model, std::span<const double> theta,
                                    std::span<const double> targets, std::span<const double> gradient,
                                    std::size_t max_degree);

}  // namespace tacit::attacks
