#include "attacks/analytic_linear.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "attacks/closed_form_labels.h"
#include "attacks/observed_gradient.h"
#include "attacks/observed_model.h"
#include "core/error.h"
#include "models/graph.h"

namespace tacit::attacks {
namespace {

std::vector<double> least_squares_input(const LinearLayer& layer, std::span<const double> gradient) {
  const auto bias = layer.bias(gradient);
  std::vector<double> input(layer.inputs);
  double total = 0;
  for (std::size_t r = 0; r < layer.outputs; ++r) {
    const auto row = layer.weight_row(gradient, r);
    for (std::size_t j = 0; j < layer.inputs; ++j) input[j] += bias[r] * row[j];
    total += bias[r] * bias[r];
  }
  if (!(total > 0))
    fail(ErrorKind::data, "the bias gradient of the first layer is zero: there is nothing to divide by");
  for (double& value : input) value /= total;
  return input;
}

double relative_residual(const LinearLayer& layer, std::span<const double> gradient, std::span<const double> input) {
  const auto bias = layer.bias(gradient);
  double rest = 0, total = 0;
  for (std::size_t r = 0; r < layer.outputs; ++r) {
    const auto row = layer.weight_row(gradient, r);
    for (std::size_t j = 0; j < layer.inputs; ++j) {
      const double difference = row[j] - bias[r] * input[j];
      rest += difference * difference;
      total += row[j] * row[j];
    }
  }
  return total > 0 ? std::sqrt(rest / total) : 0;
}

/// Rows whose ratio is the same input.
struct Agreement {
  std::vector<double> ratio;
  std::size_t rows = 0;
};

bool agrees(std::span<const double> a, std::span<const double> b, double tolerance) {
  double largest = 0, difference = 0;
  for (std::size_t j = 0; j < a.size(); ++j) {
    largest = std::max({largest, std::abs(a[j]), std::abs(b[j])});
    difference = std::max(difference, std::abs(a[j] - b[j]));
  }
  return difference <= tolerance * largest;
}

std::vector<std::vector<double>> agreed_inputs(const LinearLayer& layer, std::span<const double> gradient,
                                               double tolerance) {
  const auto bias = layer.bias(gradient);
  std::vector<Agreement> groups;
  for (std::size_t r = 0; r < layer.outputs; ++r) {
    if (bias[r] == 0) continue;
    const auto row = layer.weight_row(gradient, r);
    std::vector<double> ratio(row.begin(), row.end());
    for (double& value : ratio) value /= bias[r];
    const auto found = std::find_if(groups.begin(), groups.end(),
                                    [&](const Agreement& group) { return agrees(group.ratio, ratio, tolerance); });
    if (found != groups.end()) {
      ++found->rows;
    } else {
      groups.push_back({std::move(ratio), 1});
    }
  }
  std::stable_sort(groups.begin(), groups.end(), [](const auto& a, const auto& b) { return a.rows > b.rows; });
  std::vector<std::vector<double>> inputs;
  for (Agreement& group : groups) {
    if (group.rows >= 2) inputs.push_back(std::move(group.ratio));
  }
  return inputs;
}

}  // namespace

RatioInversion invert_ratio(const LinearLayer& layer, std::span<const double> gradient, double agreement) {
  RatioInversion result;
  result.mixture = least_squares_input(layer, gradient);
  result.residual = relative_residual(layer, gradient, result.mixture);
  result.certain = agreed_inputs(layer, gradient, agreement);
  return result;
}

AttackResult invert_linear_layer(const Observation& observation, const ThreatModel& threat_model, std::size_t count) {
  const auto start = std::chrono::steady_clock::now();
  const ObservedGradient gradient = observed_gradient(observation, threat_model, false, "the analytic inversion");
  const models::Model<double> model = observed_model(observation.run());
  const auto layer = first_linear_layer(model);
  if (!layer || !layer->bias_offset) {
    fail(ErrorKind::configuration,
         "the analytic inversion needs a fully connected first layer with a bias, and this model's first layer is {}",
         layer ? "without a bias" : fmt::format("'{}'", model.graph().nodes().front().layer->type()));
  }
  const RatioInversion inversion = invert_ratio(*layer, gradient.values);
  RestartRow row;
  std::size_t certain = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const bool known = count > 1 && i < inversion.certain.size();
    certain += known ? 1 : 0;
    const auto& input = known ? inversion.certain[i] : inversion.mixture;
    row.inputs.insert(row.inputs.end(), input.begin(), input.end());
  }
  row.labels = closed_form_labels(model, gradient.values, count);
  row.score = row.first_score = inversion.residual;
  row.stopped = "closed form";
  row.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();

  AttackResult result;
  result.inputs = row.inputs;
  result.labels = row.labels;
  result.score = row.score;
  if (count > 1) {
    result.notes.push_back(fmt::format(
        "{} of {} inputs are certain, as several units answer to them alone; the others are shown as one mixture.",
        certain, count));
  }
  result.rows.push_back(std::move(row));
  return result;
}

namespace {

class LinearLayerRatios final : public Method {
 public:
  AttackResult run(const AttackTask& task) const override {
    return invert_linear_layer(task.observation, task.threat_model, task.count);
  }
  bool works_without_labels() const noexcept override { return true; }
};

}  // namespace

std::unique_ptr<const Method> make_analytic_linear(ConfigTable) {
  return std::make_unique<const LinearLayerRatios>();
}

}  // namespace tacit::attacks
