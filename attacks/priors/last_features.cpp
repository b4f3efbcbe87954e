#include "attacks/priors/last_features.h"

#include <algorithm>

#include "attacks/captured_values.h"
#include "attacks/linear_layers.h"
#include "core/error.h"

namespace tacit::attacks {
namespace {

class Penalty final : public BatchPenalty {
 public:
  Penalty(const PenaltyEvidence& evidence, const LinearLayer& last, double weight)
      : gradient_(evidence.gradient),
        last_(last),
        weight_(weight),
        values_(evidence.model, evidence.theta, {evidence.model.graph().nodes().back().inputs[0]}) {}

  double add(const models::Examples<double>& batch, std::span<double> input_gradient) override {
    const auto features = values_.forward(batch.inputs, batch.count)[0];
    const double weight = weight_ / static_cast<double>(features.size());
    std::vector<double> slopes(features.size());
    double sum = 0;
    for (std::size_t b = 0; b < batch.count; ++b) {
      const auto targets = batch.targets.subspan(b * last_.outputs, last_.outputs);
      const auto label = static_cast<std::size_t>(std::max_element(targets.begin(), targets.end()) - targets.begin());
      const auto row = last_.weight_row(gradient_, label);
      const double bias = last_.bias(gradient_)[label];
      for (std::size_t j = 0; bias != 0 && j < last_.inputs; ++j) {
        const double difference = features[b * last_.inputs + j] - row[j] / bias;
        sum += weight * difference * difference;
        slopes[b * last_.inputs + j] = 2 * weight * difference;
      }
    }
    values_.pull_back(batch.inputs, batch.count, {slopes}, input_gradient);
    return sum;
  }

 private:
  std::span<const double> gradient_;
  LinearLayer last_;
  double weight_;
  CapturedValues values_;
};

}  // namespace

std::unique_ptr<const Prior> LastFeatures::make(ConfigTable section) {
  return std::make_unique<const LastFeatures>(section.number("weight", {0, 1e9}));
}

std::unique_ptr<BatchPenalty> LastFeatures::of_batch(const PenaltyEvidence& evidence) const {
  const auto last = last_linear_layer(evidence.model);
  if (!last || !last->bias_offset || last->outputs < 2)
    fail(ErrorKind::configuration,
         "the last features prior needs a fully connected last layer with a bias and several outputs");
  return std::make_unique<Penalty>(evidence, *last, weight_);
}

}  // namespace tacit::attacks
