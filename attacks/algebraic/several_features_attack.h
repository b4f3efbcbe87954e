#pragma once

#include <cstddef>

#include "attacks/attack_result.h"
#include "attacks/methods/method.h"

namespace tacit::attacks {

struct SeveralFeaturesOptions {
  double tolerance = 1e-6;
  std::size_t max_terms = 20'000;    ///< coefficients of an equation
  std::size_t most_boxes = 200'000;  ///< for each label
};

/// All inputs of 2 or 3 features that have the observed gradient of one example, by subdivision, once for each label
/// that it may have. One row a solution, the score its residual over the scale of the equations; without any, an
/// Error(data). Notes give degrees, boxes, solutions, how many are certified alone in their neighbourhood, and whether
/// they are all. Throws as observed_gradient and SeveralFeatureSystem, Error(configuration) if the count is not 1.
AttackResult solve_several_features(const AttackTask& task, const SeveralFeaturesOptions& options);

}  // namespace tacit::attacks
