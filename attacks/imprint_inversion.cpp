#include "attacks/imprint_inversion.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <numeric>

#include "attacks/analytic_linear.h"
#include "attacks/closed_form_labels.h"
#include "attacks/observed_gradient.h"
#include "attacks/observed_model.h"
#include "core/error.h"

namespace tacit::attacks {
namespace {

double inner(std::span<const double> a, std::span<const double> b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

double largest_size(std::span<const double> values) {
  double largest = 0;
  for (const double value : values) largest = std::max(largest, std::abs(value));
  return largest;
}

/// Equal up to the rounding of float32 on the wire.
bool equal(double a, double b, double scale) {
  return std::abs(a - b) <= 1e-6 * scale;
}

void require_imprint(const ReluBlock& block, std::span<const double> theta) {
  const auto statistic = block.first.weight_row(theta, 0);
  const double scale = largest_size(statistic);
  bool same = scale > 0;
  for (std::size_t k = 1; k < block.first.outputs && same; ++k) {
    const auto row = block.first.weight_row(theta, k);
    for (std::size_t j = 0; j < row.size() && same; ++j) same = equal(row[j], statistic[j], scale);
  }
  for (std::size_t r = 0; r < block.second.outputs && same; ++r) {
    const auto row = block.second.weight_row(theta, r);
    const double size = largest_size(row);
    same = std::all_of(row.begin(), row.end(), [&](double value) { return equal(value, row[0], size); });
  }
  if (!same) {
    fail(ErrorKind::configuration,
         "the imprint inversion needs a model whose sender made the rows of the first layer and the columns of the "
         "second equal, and the one that was sent has no such imprint");
  }
}

/// Units by rising cut-off.
std::vector<std::size_t> by_cutoff(std::span<const double> bias) {
  std::vector<std::size_t> order(bias.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return bias[a] > bias[b]; });
  return order;
}

void keep_heaviest(std::vector<ImprintedInput>& found, std::size_t count) {
  std::stable_sort(found.begin(), found.end(),
                   [](const auto& a, const auto& b) { return std::abs(a.weight) > std::abs(b.weight); });
  if (found.size() > count) found.resize(count);
}

}  // namespace

std::vector<ImprintedInput> read_imprint(const ReluBlock& block, std::span<const double> theta,
                                         std::span<const double> gradient) {
  require_imprint(block, theta);
  const LinearLayer& layer = block.first;
  const auto statistic = layer.weight_row(theta, 0), bias = layer.bias(theta), bias_gradient = layer.bias(gradient);
  const std::vector<std::size_t> order = by_cutoff(bias);
  const double range = bias[order.front()] - bias[order.back()];
  const double empty = 1e-5 * largest_size(bias_gradient);

  std::vector<ImprintedInput> found;
  for (std::size_t k = 0; k < order.size(); ++k) {
    const bool last = k + 1 == order.size();
    const double weight = bias_gradient[order[k]] - (last ? 0 : bias_gradient[order[k + 1]]);
    if (!(std::abs(weight) > empty)) continue;
    ImprintedInput bin;
    bin.weight = weight;
    const auto row = layer.weight_row(gradient, order[k]);
    bin.input.assign(row.begin(), row.end());
    if (!last) {
      const auto next = layer.weight_row(gradient, order[k + 1]);
      for (std::size_t j = 0; j < next.size(); ++j) bin.input[j] -= next[j];
    }
    for (double& value : bin.input) value /= weight;
    const double h = inner(statistic, bin.input);
    const double high = last ? std::numeric_limits<double>::infinity() : -bias[order[k + 1]];
    bin.gap = std::max({0.0, -bias[order[k]] - h, h - high}) / (range > 0 ? range : 1);
    found.push_back(std::move(bin));
  }
  return found;
}

AttackResult invert_imprint(const Observation& observation, const ThreatModel& threat_model, std::size_t count) {
  const auto start = std::chrono::steady_clock::now();
  const ObservedGradient gradient = observed_gradient(observation, threat_model, false, "the imprint inversion");
  const models::Model<double> model = observed_model(observation.run());
  const auto block = first_relu_block(model);
  if (!block) {
    fail(ErrorKind::configuration,
         "the imprint inversion needs a model that begins with layers 'linear' (with a bias), 'relu' and 'linear'");
  }
  const std::vector<double> theta(observation.model().values().begin(), observation.model().values().end());
  std::vector<ImprintedInput> found = read_imprint(*block, theta, gradient.values);
  const std::size_t bins = found.size();
  const std::vector<double> mixture = invert_ratio(block->first, gradient.values).mixture;
  keep_heaviest(found, count);

  RestartRow row;
  for (std::size_t i = 0; i < count; ++i) {
    const auto& input = i < found.size() ? found[i].input : mixture;
    row.inputs.insert(row.inputs.end(), input.begin(), input.end());
    if (i < found.size()) row.score = std::max(row.score, found[i].gap);
  }
  row.first_score = row.score;
  row.labels = closed_form_labels(model, gradient.values, count);
  row.stopped = "closed form";
  row.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();

  AttackResult result;
  result.inputs = row.inputs;
  result.labels = row.labels;
  result.score = row.score;
  result.notes = gradient.notes;
  // Every bin that answers holds at least one example, unless noise answers: that leaves inputs outside their bins.
  const bool alone = threat_model.grants(Need::batch_size) && bins == observation.examples() && result.score < 1e-3;
  result.notes.push_back(fmt::format("The model that was sent carries an imprint; {} of its {} bins answered, {}.",
                                     bins, block->first.outputs,
                                     alone ? "as many as there are examples, so each input is exact"
                                           : "each with the only example in it or a mixture of several"));
  result.rows.push_back(std::move(row));
  return result;
}

namespace {

class ImprintInversion final : public Method {
 public:
  std::vector<Need> needs() const override { return {Need::crafted_parameters}; }
  AttackResult run(const AttackTask& task) const override {
    return invert_imprint(task.observation, task.threat_model, task.count);
  }
  bool works_without_labels() const noexcept override { return true; }
};

}  // namespace

std::unique_ptr<const Method> make_imprint(ConfigTable) {
  return std::make_unique<const ImprintInversion>();
}

}  // namespace tacit::attacks
