#include "attacks/single_precision.h"

#include <algorithm>

namespace tacit::attacks {
namespace {

void narrow(std::span<const double> from, std::span<float> to) {
  std::ranges::transform(from, to.begin(), [](double value) { return static_cast<float>(value); });
}

}  // namespace

SingleMatch::SingleMatch(const SingleTarget& target, const Objective& objective, std::size_t count)
    : target_(target),
      objective_(objective),
      count_(count),
      passes_(target.model, target.theta),
      inputs_(count * target.model.input_size()),
      targets_(count * target.model.target_size()),
      input_gradient_(inputs_.size()),
      target_gradient_(targets_.size()),
      gradient_(target.gradient.size()),
      direction_(target.gradient.size()) {}

double SingleMatch::distance(const models::Examples<double>& candidates_in) {
  narrow(candidates_in.inputs, inputs_);
  narrow(candidates_in.targets, targets_);
  passes_.gradient(candidates(), gradient_);
  return objective_.evaluate_in_float(gradient_, target_.gradient, direction_);
}

void SingleMatch::pull_back(std::span<double> inputs, std::span<double> targets) {
  const bool wants_targets = !targets.empty();
  passes_.pull_back(candidates(), direction_, input_gradient_,
                    wants_targets ? std::span(target_gradient_) : std::span<float>());
  std::ranges::copy(input_gradient_, inputs.begin());
  if (wants_targets) std::ranges::copy(target_gradient_, targets.begin());
}

}  // namespace tacit::attacks
