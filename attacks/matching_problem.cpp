#include "attacks/matching_problem.h"

#include <utility>

#include "attacks/group_consistency.h"
#include "attacks/local_run/epoch_copies.h"
#include "attacks/require_equal_sizes.h"

namespace tacit::attacks {

MatchingProblem::MatchingProblem(MatchingTarget target, std::vector<double> fixed_targets)
    : target_(std::move(target)),
      soft_labels_(target_.model->target_size()),
      input_variables_(target_.count * target_.model->input_size()),
      logit_variables_(fixed_targets.empty() ? target_.count * target_.model->target_size() : 0),
      targets_(std::move(fixed_targets)),
      target_tangent_(logit_variables_),
      gradient_(target_.single == nullptr ? target_.gradient.size() : 0),
      direction_(gradient_.size()) {
  targets_.resize(target_.count * target_.model->target_size());
  const std::size_t parameters = target_.model->schema()->size();
  require_equal_sizes("gradient matching", parameters, target_.theta.size());
  const std::size_t rounds = target_.passes != nullptr ? target_.gradient.size() / parameters : 1;
  require_equal_sizes("gradient matching", rounds * parameters, target_.gradient.size());
  require_equal_sizes("gradient matching", target_.model->input_size(), target_.features.size());
  if (target_.single != nullptr)
    single_ = std::make_unique<SingleMatch>(*target_.single, *target_.objective, target_.count);
  else if (target_.local_run != nullptr)
    own_passes_ = std::make_unique<SimulatedTraining>(*target_.model, target_.theta, *target_.local_run);
  else if (target_.passes == nullptr)
    own_passes_ = std::make_unique<OwnPasses<double>>(*target_.model, target_.theta);
  if (own_passes_) target_.passes = own_passes_.get();
  for (const Prior* prior : target_.priors) {
    if (target_.observation == nullptr) break;
    auto penalty = prior->of_batch(
        {*target_.model, target_.theta, target_.gradient.first(parameters), *target_.observation, target_.count});
    if (penalty) penalties_.push_back(std::move(penalty));
  }
}

models::Examples<double> MatchingProblem::examples(std::span<const double> variables) {
  require_equal_sizes("gradient matching", this->variables(), variables.size());
  if (joint()) soft_labels_.targets(variables.subspan(input_variables_), targets_);
  return {variables.first(input_variables_), targets_, target_.count};
}

double MatchingProblem::distance(const models::Examples<double>& examples) {
  if (single_) return single_->distance(examples);
  target_.passes->gradient(examples, gradient_);
  return target_.objective->evaluate(gradient_, target_.gradient, direction_);
}

void MatchingProblem::pull_back(const models::Examples<double>& examples, std::span<double> input_gradient) {
  if (single_)
    single_->pull_back(input_gradient, target_tangent_);
  else
    target_.passes->pull_back(examples, direction_, input_gradient, target_tangent_);
}

double MatchingProblem::score(std::span<const double> variables) {
  return distance(examples(variables));
}

double MatchingProblem::evaluate(std::span<const double> variables, std::span<double> gradient) {
  require_equal_sizes("gradient matching", variables.size(), gradient.size());
  const models::Examples<double> batch = examples(variables);
  double value = distance(batch);
  const std::span<double> input_gradient = gradient.first(input_variables_);
  pull_back(batch, input_gradient);
  if (joint()) soft_labels_.pull_back(targets_, target_tangent_, gradient.subspan(input_variables_));

  const std::size_t size = target_.features.size();
  const double part = 1.0 / static_cast<double>(target_.count);
  for (const Prior* prior : target_.priors) {
    for (std::size_t i = 0; i < target_.count; ++i) {
      value += prior->add(target_.features, batch.inputs.subspan(i * size, size), part,
                          input_gradient.subspan(i * size, size));
    }
  }
  for (const auto& penalty : penalties_) value += penalty->add(batch, input_gradient);
  if (!target_.copied_labels.empty())
    value += add_epoch_invariance(target_.invariance, target_.copied_labels,
                                  target_.count / target_.copied_labels.size(), batch.inputs, input_gradient);
  if (!target_.group_mean.empty())
    value += add_pull(target_.group_weight, batch.inputs, target_.group_mean, input_gradient);
  return value;
}

std::vector<double> MatchingProblem::targets(std::span<const double> variables) const {
  std::vector<double> result = targets_;
  if (joint()) soft_labels_.targets(variables.subspan(input_variables_), result);
  return result;
}

}  // namespace tacit::attacks
