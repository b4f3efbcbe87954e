#include "attacks/label_rules/wainakh.h"

#include <numeric>

#include "attacks/label_rules/label_dealing.h"
#include "attacks/label_rules/softmax_layer.h"

namespace tacit::attacks {

LabelGuess Wainakh::guess(const LabelEvidence& evidence) const {
  const LinearLayer& layer = softmax_layer(evidence, "wainakh", false);
  std::vector<double> row_sums(layer.outputs);
  for (std::size_t c = 0; c < layer.outputs; ++c) {
    const auto row = layer.weight_row(evidence.gradient, c);
    row_sums[c] = std::accumulate(row.begin(), row.end(), 0.0);
  }
  const double factor = 1 + 1 / static_cast<double>(layer.outputs);
  return {false, {deal_labels(std::move(row_sums), factor, evidence.count, "wainakh")}};
}

}  // namespace tacit::attacks
