#include "attacks/local_run/simulated_training.h"

#include <algorithm>

#include "attacks/require_equal_sizes.h"
#include "core/error.h"

namespace tacit::attacks {

SimulatedTraining::SimulatedTraining(const models::Model<double>& model, std::span<const double> theta,
                                     const LocalRun& run)
    : model_(model), theta_(theta), run_(run), evaluation_(model), decay_(theta.size(), run.weight_decay) {
  constexpr std::size_t limit = std::size_t{1} << 28;
  require_equal_sizes("the simulation of local training", model.schema()->size(), theta.size());
  if (run.steps() + 1 > limit / std::max<std::size_t>(theta.size(), 1))
    fail(ErrorKind::configuration,
         "the simulation of local training would keep {} steps of {} parameters, more than {} numbers", run.steps(),
         theta.size(), limit);
  for (const ParameterEntry& entry : model.schema()->entries())
    if (!entry.trained) std::fill_n(decay_.begin() + static_cast<std::ptrdiff_t>(entry.offset), entry.size, 0.0);
  trajectory_.resize((run.steps() + 1) * theta.size());
  std::copy(theta.begin(), theta.end(), trajectory_.begin());
  for (auto* vector : {&velocity_, &theta_bar_, &velocity_bar_, &step_bar_, &hessian_product_})
    vector->resize(theta.size());
}

models::Examples<double> SimulatedTraining::gather(const models::Examples<double>& candidates, std::size_t step) {
  batch_inputs_.clear();
  batch_targets_.clear();
  const auto append = [](std::vector<double>& to, std::span<const double> all, std::size_t index, std::size_t size) {
    const auto from = all.subspan(index * size, size);
    to.insert(to.end(), from.begin(), from.end());
  };
  for (const std::size_t index : run_.batches[step]) {
    append(batch_inputs_, candidates.inputs, index, model_.input_size());
    append(batch_targets_, candidates.targets, index, model_.target_size());
  }
  return {batch_inputs_, batch_targets_, run_.batches[step].size()};
}

void SimulatedTraining::gradient(const models::Examples<double>& candidates, std::span<double> update) {
  std::fill(velocity_.begin(), velocity_.end(), 0.0);
  for (std::size_t step = 0; step < run_.steps(); ++step) {
    const auto now = theta_at(step), next = theta_at(step + 1);
    evaluation_.gradient(now, gather(candidates, step), {.theta = update, .inputs = {}, .targets = {}});
    for (std::size_t i = 0; i < now.size(); ++i) {
      const double p = update[i] + decay_[i] * now[i];
      velocity_[i] = run_.momentum * velocity_[i] + p;
      next[i] = now[i] - run_.rates[step] * (run_.nesterov ? p + run_.momentum * velocity_[i] : velocity_[i]);
    }
  }
  const auto last = theta_at(run_.steps());
  const double scale = run_.scale();
  for (std::size_t i = 0; i < update.size(); ++i) update[i] = (theta_[i] - last[i]) / scale;
}

void SimulatedTraining::pull_back(const models::Examples<double>& candidates, std::span<const double> direction,
                                  std::span<double> inputs, std::span<double> targets) {
  std::fill(inputs.begin(), inputs.end(), 0.0);
  std::fill(targets.begin(), targets.end(), 0.0);
  const double scale = run_.scale();
  for (std::size_t i = 0; i < direction.size(); ++i) theta_bar_[i] = -direction[i] / scale;
  std::fill(velocity_bar_.begin(), velocity_bar_.end(), 0.0);
  for (std::size_t step = run_.steps(); step-- > 0;) {
    for (std::size_t i = 0; i < theta_bar_.size(); ++i) {
      const double pull = -run_.rates[step] * theta_bar_[i];
      velocity_bar_[i] += run_.nesterov ? run_.momentum * pull : pull;
      step_bar_[i] = velocity_bar_[i] + (run_.nesterov ? pull : 0.0);
      velocity_bar_[i] *= run_.momentum;
    }
    const models::Examples<double> batch = gather(candidates, step);
    batch_inputs_bar_.resize(batch.inputs.size());
    batch_targets_bar_.resize(targets.empty() ? 0 : batch.targets.size());
    const bool first = step == 0;  // Nobody asks for the derivative in the parameters that were sent.
    evaluation_.gradient_tangent(theta_at(step), batch, {.theta = step_bar_, .inputs = {}, .targets = {}}, {},
                                 {.theta = first ? std::span<double>() : std::span(hessian_product_),
                                  .inputs = batch_inputs_bar_,
                                  .targets = batch_targets_bar_});
    scatter(step, inputs, targets);
    if (first) return;
    for (std::size_t i = 0; i < theta_bar_.size(); ++i) theta_bar_[i] += hessian_product_[i] + decay_[i] * step_bar_[i];
  }
}

void SimulatedTraining::scatter(std::size_t step, std::span<double> inputs, std::span<double> targets) const {
  const auto add = [](std::span<double> all, std::span<const double> batch, std::size_t from, std::size_t to,
                      std::size_t size) {
    for (std::size_t i = 0; i < size; ++i) all[to * size + i] += batch[from * size + i];
  };
  for (std::size_t b = 0; b < run_.batches[step].size(); ++b) {
    add(inputs, batch_inputs_bar_, b, run_.batches[step][b], model_.input_size());
    if (!targets.empty()) add(targets, batch_targets_bar_, b, run_.batches[step][b], model_.target_size());
  }
}

}  // namespace tacit::attacks
