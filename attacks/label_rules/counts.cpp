#include "attacks/label_rules/counts.h"

#include <algorithm>

#include "attacks/label_rules/softmax_layer.h"
#include "attacks/soft_labels.h"
#include "core/error.h"
#include "core/random.h"

namespace tacit::attacks {

std::unique_ptr<const LabelRule> Counts::make(ConfigTable section) {
  return std::make_unique<const Counts>(static_cast<std::size_t>(section.integer("examples", {1, 100'000}, 64)));
}

std::vector<double> Counts::mean_outputs(const LabelEvidence& evidence) const {
  const models::Model<double>& model = *evidence.model;
  // The same inputs whoever asks: the estimate is a property of the model.
  RandomStream random({0, Purpose::attack_restart, 0, 0});
  std::vector<double> inputs(examples_ * model.input_size());
  for (double& value : inputs) value = random.uniform(evidence.bounds->low, evidence.bounds->high);
  models::Evaluation<double> evaluation(model);
  std::vector<double> mean(evidence.classes), theta(evidence.theta.begin(), evidence.theta.end());
  std::vector<double> probabilities(examples_ * evidence.classes);
  const int points = evidence.change_scale > 0 ? 3 : 1;
  for (int point = 0; point < points; ++point) {
    const auto logits = evaluation.predict(theta, inputs, examples_);
    SoftLabels(evidence.classes).targets(logits, probabilities);
    for (std::size_t i = 0; i < probabilities.size(); ++i)
      mean[i % evidence.classes] +=
          probabilities[i] / static_cast<double>(examples_ * static_cast<std::size_t>(points));
    for (std::size_t i = 0; i < theta.size(); ++i) theta[i] -= evidence.change_scale / 2 * evidence.gradient[i];
  }
  return mean;
}

LabelGuess Counts::guess(const LabelEvidence& evidence) const {
  const auto bias = softmax_layer(evidence, "counts", true).bias(evidence.gradient);
  if (!evidence.has_scale)
    fail(ErrorKind::configuration,
         "label rule 'counts' needs the scale of the gradient, which an objective without scale leaves open on changes "
         "of parameters; add [local_training]");
  if (!evidence.bounds) fail(ErrorKind::configuration, "label rule 'counts' needs the bounds of the features");
  std::vector<double> missing = mean_outputs(evidence);
  for (std::size_t c = 0; c < missing.size(); ++c)
    missing[c] = static_cast<double>(evidence.count) * (missing[c] - bias[c]);
  std::vector<std::int32_t> labels;
  while (labels.size() < evidence.count) {
    const auto most = std::max_element(missing.begin(), missing.end());
    labels.push_back(static_cast<std::int32_t>(most - missing.begin()));
    *most -= 1;
  }
  std::sort(labels.begin(), labels.end());
  return {false, {labels}};
}

}  // namespace tacit::attacks
