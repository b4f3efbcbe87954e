#pragma once

#include <cstddef>
#include <span>

#include "privacy/auditing/gaussian_privacy.h"

namespace tacit::privacy {

/// What canaries in one training run say of epsilon: an estimate, no bound.
struct OneShotEstimate {
  Gaussian in, out;  ///< fitted to the canaries that took part, and of those that did not
  double epsilon = 0;
};

/// Andrew et al. 2023 (arXiv 2302.03098): each canary is a client that always sends one direction
/// of its own, drawn uniformly from the unit sphere of `dimension`; `cosines` are those between the directions and the
/// released sum or change of the model. A direction that took no part has a cosine of nearly N(0, 1 / dimension), so
/// that nothing need be left out of the run. The canaries' own cosines are fitted by a normal distribution. Too large
/// on average with few canaries, as every error of the fitted deviation adds to it: 100 of them at mu = 1 and delta =
/// 1e-3 give 4.5 where 3.1 is right; thousands agree. Throws
/// Error(usage) on fewer than two canaries, equal cosines, a dimension of 0 or a delta outside (0, 1).
OneShotEstimate one_shot_epsilon(std::span<const double> cosines, std::size_t dimension, double delta);
/// Likewise where the null has no closed form, as for the largest cosine over all rounds: fitted to
/// directions that were drawn like the canaries and left out.
OneShotEstimate one_shot_epsilon(std::span<const double> cosines, std::span<const double> left_out, double delta);

}  // namespace tacit::privacy
