#include "attacks/label_rules/negative_bias.h"

#include <algorithm>
#include <numeric>

#include "core/error.h"

namespace tacit::attacks {

LabelGuess NegativeBias::guess(const LabelEvidence& evidence) const {
  if (evidence.loss != models::Loss::softmax_cross_entropy || !evidence.last_layer ||
      !evidence.last_layer->bias_offset) {
    fail(ErrorKind::configuration,
         "label rule 'negative_bias' needs a fully connected last layer with a bias and softmax cross-entropy, which "
         "this "
         "model has not");
  }
  const auto bias = evidence.last_layer->bias(evidence.gradient);
  std::vector<std::size_t> order(bias.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return bias[a] < bias[b]; });

  std::vector<std::int32_t> labels;
  std::vector<double> left(bias.begin(), bias.end());
  double negative = 0;
  for (const std::size_t c : order) {
    if (bias[c] >= 0) break;
    negative += bias[c];
    if (labels.size() < evidence.count) labels.push_back(static_cast<std::int32_t>(c));
  }
  if (labels.empty()) labels.push_back(static_cast<std::int32_t>(order.front()));
  // The entries sum to zero, so classes without an example exist as long as some entry is negative.
  const double present = static_cast<double>(labels.size()) / static_cast<double>(bias.size());
  const double share = negative / (static_cast<double>(evidence.count) * std::max(1 - present, 1e-9));
  for (const std::int32_t label : labels) left[static_cast<std::size_t>(label)] -= share;
  while (labels.size() < evidence.count) {
    const auto least = std::min_element(left.begin(), left.end());
    labels.push_back(static_cast<std::int32_t>(least - left.begin()));
    *least -= share;
  }
  std::sort(labels.begin(), labels.end());
  return {false, {labels}};
}

}  // namespace tacit::attacks
