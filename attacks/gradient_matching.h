#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "attacks/group_consistency.h"
#include "attacks/initialisers/initialiser.h"
#include "attacks/label_rules/label_rule.h"
#include "attacks/local_run/local_run.h"
#include "attacks/methods/method.h"
#include "attacks/objectives/objective.h"
#include "attacks/priors/prior.h"
#include "attacks/solvers/solver.h"
#include "core/config.h"

namespace tacit::attacks {

/// The parts of a gradient-matching attack.
struct MatchingSettings {
  std::shared_ptr<const Objective> objective;
  std::shared_ptr<const Solver> solver;
  std::shared_ptr<const Initialiser> initialiser;
  std::shared_ptr<const LabelRule> label_rule;
  std::vector<std::shared_ptr<const Prior>> priors;
  std::optional<LocalRunBelief> local_training;  ///< repeat the steps of a change; none: read it as one gradient
  std::optional<GroupConsistency> group;         ///< draws the runs of one labelling together when they have ended
  std::size_t restarts = 1;                      ///< starting points; the best gradient-match score wins
  bool all_rounds = false;                       ///< fit every round seen, as made of the same examples
  bool circuit_noise = false;                    ///< candidates go through the declared noise of the circuit
  bool project = false;                          ///< keep inputs inside the feature bounds (angles stay free)
  bool single_precision = false;                 ///< the model's passes and the objective in float
  double seconds = 0;  ///< wall time after which runs stop where they are; 0: no limit. Makes results depend on speed
};

/// Inverts an update by gradient matching: from `restarts` starting points, for each candidate labelling, minimises
/// D(g(x)) + priors over `count` inputs (and soft labels) and keeps the run with the least D. Starting points depend on
/// seed, round and restart only, so that candidate labellings compete on equal terms. Ties go to the earlier run.
class GradientMatching final : public Method {
 public:
  explicit GradientMatching(MatchingSettings settings) : settings_(std::move(settings)) {}
  AttackResult run(const AttackTask& task) const override;
  bool searches() const noexcept override { return true; }
  bool uses_rounds() const noexcept override { return settings_.all_rounds; }
  const MatchingSettings& settings() const noexcept { return settings_; }

 private:
  MatchingSettings settings_;
};

/// From the sections and keys that AttackSettings shows.
std::unique_ptr<const Method> make_gradient_matching(ConfigTable file);

}  // namespace tacit::attacks
