#include "attacks/label_rules/yin.h"

#include <algorithm>
#include <numeric>

#include "attacks/label_rules/softmax_layer.h"
#include "core/error.h"

namespace tacit::attacks {

LabelGuess Yin::guess(const LabelEvidence& evidence) const {
  const LinearLayer& layer = softmax_layer(evidence, "yin", false);
  if (evidence.count > layer.outputs) {
    fail(ErrorKind::configuration,
         "label rule 'yin' names each class once at most, the update has {} examples of {} classes; use 'wainakh' or "
         "'bias_corrected'",
         evidence.count, layer.outputs);
  }
  std::vector<double> smallest(layer.outputs);
  for (std::size_t c = 0; c < layer.outputs; ++c) {
    const auto row = layer.weight_row(evidence.gradient, c);
    smallest[c] = *std::min_element(row.begin(), row.end());
  }
  std::vector<std::int32_t> labels(layer.outputs);
  std::iota(labels.begin(), labels.end(), 0);
  std::stable_sort(labels.begin(), labels.end(), [&](std::int32_t a, std::int32_t b) {
    return smallest[static_cast<std::size_t>(a)] < smallest[static_cast<std::size_t>(b)];
  });
  labels.resize(evidence.count);
  std::sort(labels.begin(), labels.end());
  return {false, {labels}};
}

}  // namespace tacit::attacks
