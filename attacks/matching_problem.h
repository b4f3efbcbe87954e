#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "attacks/features.h"
#include "attacks/local_run/simulated_training.h"
#include "attacks/model_passes.h"
#include "attacks/objectives/objective.h"
#include "attacks/priors/prior.h"
#include "attacks/single_precision.h"
#include "attacks/soft_labels.h"
#include "models/model.h"

namespace tacit::attacks {

/// What a candidate batch is measured against. Everything pointed to must outlive the problem.
struct MatchingTarget {
  const models::Model<double>* model = nullptr;
  std::span<const double> theta;  ///< [parameters], as sent
  /// [parameters], observed; of several rounds, which `passes` serves, one after another, the last first.
  std::span<const double> gradient;
  const Objective* objective = nullptr;
  std::vector<const Prior*> priors;
  Features features;
  std::size_t count = 0;  ///< examples in the candidate batch
  /// What priors on the whole batch compare with; null: there are none.
  const Observation* observation = nullptr;
  /// What runs the passes over the model; null: the problem's own evaluation.
  ModelPasses<double>* passes = nullptr;
  /// The same target in float; null: all is computed in double.
  const SingleTarget* single = nullptr;
  /// The local training that `gradient` is the change of (its sign and scale taken off); null: one gradient.
  const LocalRun* local_run = nullptr;
  /// What the inputs are drawn to, [count, input_size], and how strongly (group_consistency.h); empty: to nothing.
  std::span<const double> group_mean = {};
  double group_weight = 0;
  /// With copies of candidates for each epoch of `local_run`: how they are tied (epoch_copies.h). `count` counts
  /// copies.
  std::span<const std::int32_t> copied_labels = {};  ///< of one epoch; empty: there are no copies
  double invariance = 0;
};

/// Gradient matching as a function to minimise: F(z) = D(g(x, y)) + mean over examples of the priors, where g is the
/// gradient of the model's mean loss. The variables z are the inputs [count, input_size], followed, if labels are
/// optimised too, by label logits [count, target_size]. Exact derivatives (promise P5): with v = dD/dg held fixed, the
/// gradient of D in (x, y) is the input and target gradient of <g(x, y), v>, one tangent pass. One thread at a time.
class MatchingProblem {
 public:
  /// Fixed targets [count, target_size]; empty to optimise soft labels jointly.
  MatchingProblem(MatchingTarget target, std::vector<double> fixed_targets);

  std::size_t variables() const noexcept { return input_variables_ + logit_variables_; }
  std::size_t input_variables() const noexcept { return input_variables_; }
  bool joint() const noexcept { return logit_variables_ > 0; }

  /// F and its gradient, both spans [variables].
  double evaluate(std::span<const double> variables, std::span<double> gradient);
  /// D alone: the score by which restarts are compared.
  double score(std::span<const double> variables);
  /// The targets at these variables, [count, target_size].
  std::vector<double> targets(std::span<const double> variables) const;

 private:
  models::Examples<double> examples(std::span<const double> variables);
  double distance(const models::Examples<double>& examples);
  void pull_back(const models::Examples<double>& examples, std::span<double> input_gradient);

  MatchingTarget target_;
  SoftLabels soft_labels_;
  std::unique_ptr<ModelPasses<double>> own_passes_;
  std::unique_ptr<SingleMatch> single_;                   ///< in place of passes and objective in double
  std::vector<std::unique_ptr<BatchPenalty>> penalties_;  ///< on the whole batch
  std::size_t input_variables_, logit_variables_;
  std::vector<double> targets_, target_tangent_;
  std::vector<double> gradient_, direction_;  ///< g and v
};

}  // namespace tacit::attacks
