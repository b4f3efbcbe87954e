#include "attacks/priors/batch_statistics.h"

#include <cmath>

#include "attacks/captured_values.h"
#include "attacks/recorded_section.h"
#include "core/error.h"
#include "models/layers/batch_norm.h"
#include "models/local_training.h"

namespace tacit::attacks {
namespace {

using Node = models::Graph<double>::Node;

constexpr const char* part = "the batch statistics prior";

/// One batch normalisation and the statistics that its inputs should have.
struct Wanted {
  std::size_t value = 0;  ///< its input in the graph
  std::size_t channels = 0, elements = 0;
  std::vector<double> mean, variance;  ///< [channels]
};

/// Where running statistics lie in theta.
struct Place {
  std::size_t mean = 0, variance = 0;
};
Place place_of(const Node& node) {
  Place place;
  std::size_t offset = node.theta_offset;
  for (const auto& parameter : node.layer->parameters()) {
    if (parameter.name == "running_mean") place.mean = offset;
    if (parameter.name == "running_var") place.variance = offset;
    offset += element_count(parameter.shape);
  }
  return place;
}

void require_one_step(const Observation& observation) {
  if (observation.kind() == UpdateKind::gradient) return;
  const auto training =
      models::LocalTraining::from_config(recorded_section(observation.run().training_toml, "training"));
  if (training.local_epochs > 1 || observation.examples() > training.batch_size)
    fail(ErrorKind::configuration, "{} needs an update of one step: several mix the statistics of their batches", part);
}

Wanted wanted_of(const Node& node, const models::BatchNorm<double>& layer, const PenaltyEvidence& evidence) {
  Wanted wanted;
  wanted.value = node.inputs[0];
  wanted.channels = layer.channels();
  wanted.elements = element_count(layer.output_shape()) / wanted.channels;
  const Place place = place_of(node);
  const bool moved = layer.options().statistics == models::BatchStatistics::averaged;
  const auto n = static_cast<double>(evidence.count * wanted.elements);
  for (std::size_t c = 0; c < wanted.channels; ++c) {
    const auto batch = [&](std::size_t at) {
      const double change = static_cast<double>(evidence.observation.update()[at + c]);
      return evidence.theta[at + c] + (moved ? change / layer.options().momentum : 0);
    };
    wanted.mean.push_back(batch(place.mean));
    // Running variances are those of the divisor n - 1.
    wanted.variance.push_back(batch(place.variance) * (moved ? (n - 1) / n : 1));
  }
  return wanted;
}

class Penalty final : public BatchPenalty {
 public:
  Penalty(const PenaltyEvidence& evidence, std::vector<Wanted> wanted, double weight, double first_weight)
      : wanted_(std::move(wanted)),
        weight_(weight),
        first_weight_(first_weight),
        values_(evidence.model, evidence.theta, places(wanted_)) {}

  double add(const models::Examples<double>& batch, std::span<double> input_gradient) override {
    const auto values = values_.forward(batch.inputs, batch.count);
    std::vector<std::vector<double>> slopes(values.size());
    double sum = 0;
    for (std::size_t layer = 0; layer < values.size(); ++layer)
      sum += mismatch(wanted_[layer], values[layer], weight_ * (layer == 0 ? first_weight_ : 1), slopes[layer]);
    values_.pull_back(batch.inputs, batch.count, slopes, input_gradient);
    return sum;
  }

 private:
  static std::vector<std::size_t> places(const std::vector<Wanted>& wanted) {
    std::vector<std::size_t> values;
    for (const Wanted& one : wanted) values.push_back(one.value);
    return values;
  }

  /// The weighted mismatch of one layer, and its slopes in x [count, channels, elements].
  static double mismatch(const Wanted& wanted, std::span<const double> x, double weight, std::vector<double>& slopes) {
    const double n = static_cast<double>(x.size()) / static_cast<double>(wanted.channels);
    const auto channel = [&](std::size_t i) { return i / wanted.elements % wanted.channels; };
    std::vector<double> mean(wanted.channels), variance(wanted.channels);
    for (std::size_t i = 0; i < x.size(); ++i) mean[channel(i)] += x[i] / n;
    for (std::size_t i = 0; i < x.size(); ++i) variance[channel(i)] += std::pow(x[i] - mean[channel(i)], 2) / n;
    double sum = 0;
    for (std::size_t c = 0; c < wanted.channels; ++c)
      sum += std::pow(mean[c] - wanted.mean[c], 2) + std::pow(variance[c] - wanted.variance[c], 2);
    slopes.resize(x.size());
    for (std::size_t i = 0; i < x.size(); ++i) {
      const std::size_t c = channel(i);
      slopes[i] =
          weight * 2 / n * (mean[c] - wanted.mean[c] + 2 * (variance[c] - wanted.variance[c]) * (x[i] - mean[c]));
    }
    return weight * sum;
  }

  std::vector<Wanted> wanted_;
  double weight_, first_weight_;
  CapturedValues values_;
};

}  // namespace

std::unique_ptr<const Prior> BatchStatisticsMatch::make(ConfigTable section) {
  const double weight = section.number("weight", {0, 1e9});
  return std::make_unique<const BatchStatisticsMatch>(weight, section.number("first_weight", {0, 1e9}, 10.0));
}

std::unique_ptr<BatchPenalty> BatchStatisticsMatch::of_batch(const PenaltyEvidence& evidence) const {
  std::vector<Wanted> wanted;
  for (const Node& node : evidence.model.graph().nodes()) {
    const auto* layer = dynamic_cast<const models::BatchNorm<double>*>(node.layer.get());
    if (layer == nullptr) continue;
    if (layer->options().statistics == models::BatchStatistics::local)
      fail(ErrorKind::configuration, "{} needs statistics on the wire, and those of layer '{}' stay with the client",
           part, node.name);
    if (layer->options().statistics == models::BatchStatistics::averaged) require_one_step(evidence.observation);
    wanted.push_back(wanted_of(node, *layer, evidence));
  }
  if (wanted.empty()) fail(ErrorKind::configuration, "{} needs a model with batch normalisation", part);
  return std::make_unique<Penalty>(evidence, std::move(wanted), weight_, first_weight_);
}

}  // namespace tacit::attacks
