#pragma once

#include <cstddef>
#include <memory>

#include "attacks/algebraic/one_feature_inversion.h"
#include "attacks/attack_control.h"
#include "attacks/attack_result.h"
#include "attacks/known_labels.h"
#include "attacks/methods/method.h"
#include "attacks/observation.h"
#include "attacks/threat_model.h"
#include "core/config.h"

namespace tacit::attacks {

/// invert_one_feature on what was observed of one example, once for each label that it may have: the known one, or else
/// all. One row a solution, the score its residual; the smallest is chosen, and more rows than one say that the
/// gradient does not determine the input. Without any solution the one row is the closest input. Bounds of the feature,
/// if granted, replace options.bounds. Notes give degree, roots, solutions and circuit evaluations. Throws
/// Error(configuration) if `count` is not 1, else as observed_gradient and invert_one_feature.
AttackResult solve_one_feature(const Observation& observation, const ThreatModel& threat_model,
                               AlgebraicOptions options, std::size_t count, const KnownLabels* labels,
                               const AttackControl& control);

/// The attack as a method, with the keys tolerance = 1e-6 and max_degree = 400 and, for 2 or 3 features
/// (solve_several_features), max_terms = 20000 and most_boxes = 200000.
std::unique_ptr<const Method> make_algebraic(ConfigTable file);

}  // namespace tacit::attacks
