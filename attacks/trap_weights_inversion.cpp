#include "attacks/trap_weights_inversion.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>

#include "attacks/analytic_linear.h"
#include "attacks/closed_form_labels.h"
#include "attacks/observed_gradient.h"
#include "attacks/observed_model.h"
#include "core/error.h"

namespace tacit::attacks {
namespace {

constexpr double agreement = 1e-5;

double largest_size(std::span<const double> values) {
  double largest = 0;
  for (const double value : values) largest = std::max(largest, std::abs(value));
  return largest;
}

bool agrees(std::span<const double> a, std::span<const double> b, double tolerance) {
  for (std::size_t j = 0; j < a.size(); ++j)
    if (!(std::abs(a[j] - b[j]) <= tolerance)) return false;
  return true;
}

/// Whether an input can be what a client has, by what is known of it and by the units that nothing passed.
class Plausible {
 public:
  Plausible(const LinearLayer& layer, std::span<const double> theta, std::span<const double> gradient,
            const std::optional<Bounds>& bounds)
      : layer_(layer), theta_(theta), gradient_(gradient), bounds_(bounds) {}

  bool operator()(std::span<const double> input) const {
    if (bounds_) {
      const double slack = 1e-3 * (bounds_->high - bounds_->low);
      for (const double value : input)
        if (!(value >= bounds_->low - slack && value <= bounds_->high + slack)) return false;
    }
    const auto bias = layer_.bias(theta_), answer = layer_.bias(gradient_);
    for (std::size_t k = 0; k < layer_.outputs; ++k) {
      if (answer[k] != 0) continue;
      const auto row = layer_.weight_row(theta_, k);
      const double passes = std::inner_product(row.begin(), row.end(), input.begin(), bias[k]);
      if (passes > 1e-3 * largest_size(row)) return false;
    }
    return true;
  }

 private:
  const LinearLayer& layer_;
  std::span<const double> theta_, gradient_;
  const std::optional<Bounds>& bounds_;
};

void require_traps(const LinearLayer& layer, std::span<const double> theta) {
  std::size_t negative = 0;
  for (std::size_t k = 0; k < layer.outputs; ++k) {
    const auto row = layer.weight_row(theta, k);
    negative += std::accumulate(row.begin(), row.end(), 0.0) < 0 ? 1 : 0;
  }
  if (10 * negative < 9 * layer.outputs) {
    fail(ErrorKind::configuration,
         "reading trap weights needs a model whose sender made the sums of the first layer's rows negative, and of the "
         "one that was sent {} of {} are",
         negative, layer.outputs);
  }
}

class TrapWeightsInversion final : public Method {
 public:
  std::vector<Need> needs() const override { return {Need::crafted_parameters}; }
  AttackResult run(const AttackTask& task) const override;
};

AttackResult TrapWeightsInversion::run(const AttackTask& task) const {
  const auto start = std::chrono::steady_clock::now();
  const ObservedGradient gradient =
      observed_gradient(task.observation, task.threat_model, false, "reading trap weights");
  const models::Model<double> model = observed_model(task.observation.run());
  const auto block = first_relu_block(model);
  if (!block) {
    fail(ErrorKind::configuration,
         "reading trap weights needs a model that begins with layers 'linear' (with a bias), 'relu' and 'linear'");
  }
  const std::vector<double> theta(task.observation.model().values().begin(), task.observation.model().values().end());
  require_traps(block->first, theta);
  const std::vector<double> mixture = invert_ratio(block->first, gradient.values).mixture;
  const auto bounds = task.threat_model.grants(Need::feature_bounds) ? task.threat_model.feature_bounds : std::nullopt;
  const std::vector<TrappedInput> found = read_traps(block->first, theta, gradient.values, bounds);

  RestartRow row;
  std::size_t certain = 0, explained = 0;
  for (std::size_t i = 0; i < task.count; ++i) {
    const auto& input = i < found.size() ? found[i].input : mixture;
    row.inputs.insert(row.inputs.end(), input.begin(), input.end());
    certain += i < found.size() && found[i].units >= 2 ? 1 : 0;
  }
  for (const TrappedInput& one : found) explained += one.units >= 2 ? one.units : 0;
  const auto answers = block->first.bias(gradient.values);
  const auto answering = answers.size() - static_cast<std::size_t>(std::count(answers.begin(), answers.end(), 0.0));
  row.score = row.first_score = 1 - static_cast<double>(explained) / static_cast<double>(answering);
  row.labels = closed_form_labels(model, gradient.values, task.count);
  row.stopped = "closed form";
  row.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();

  AttackResult result;
  result.inputs = row.inputs;
  result.labels = row.labels;
  result.score = row.score;
  result.notes = gradient.notes;
  result.notes.push_back(
      fmt::format("{} of {} units answered; {} of {} inputs are certain, as several units gave each of them.",
                  answering, block->first.outputs, certain, task.count));
  result.rows.push_back(std::move(row));
  return result;
}

}  // namespace

std::vector<TrappedInput> read_traps(const LinearLayer& layer, std::span<const double> theta,
                                     std::span<const double> gradient, const std::optional<Bounds>& bounds) {
  const auto answer = layer.bias(gradient);
  const double empty = 1e-7 * largest_size(answer);
  std::vector<TrappedInput> found;
  for (std::size_t k = 0; k < layer.outputs; ++k) {
    if (!(std::abs(answer[k]) > empty)) continue;
    const auto row = layer.weight_row(gradient, k);
    std::vector<double> ratio(row.begin(), row.end());
    for (double& value : ratio) value /= answer[k];
    const double tolerance = agreement * largest_size(ratio);
    const auto known = std::find_if(found.begin(), found.end(),
                                    [&](const TrappedInput& one) { return agrees(one.input, ratio, tolerance); });
    if (known != found.end()) {
      ++known->units;
    } else {
      found.push_back({std::move(ratio), 1});
    }
  }
  const Plausible plausible(layer, theta, gradient, bounds);
  std::erase_if(found, [&](const TrappedInput& one) { return one.units < 2 && !plausible(one.input); });
  std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.units > b.units; });
  return found;
}

std::unique_ptr<const Method> make_trap_weights(ConfigTable) {
  return std::make_unique<const TrapWeightsInversion>();
}

}  // namespace tacit::attacks
