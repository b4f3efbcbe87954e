#include "attacks/label_rules/idlg.h"

#include <algorithm>

#include "core/error.h"

namespace tacit::attacks {
namespace {

/// For each row, its inner product with the sum of the other rows.
std::vector<double> agreement_with_others(const LinearLayer& layer, std::span<const double> gradient) {
  std::vector<double> total(layer.inputs);
  for (std::size_t c = 0; c < layer.outputs; ++c) {
    const auto row = layer.weight_row(gradient, c);
    for (std::size_t j = 0; j < layer.inputs; ++j) total[j] += row[j];
  }
  std::vector<double> agreement(layer.outputs);
  for (std::size_t c = 0; c < layer.outputs; ++c) {
    const auto row = layer.weight_row(gradient, c);
    for (std::size_t j = 0; j < layer.inputs; ++j) agreement[c] += row[j] * (total[j] - row[j]);
  }
  return agreement;
}

}  // namespace

LabelGuess Idlg::guess(const LabelEvidence& evidence) const {
  if (evidence.loss != models::Loss::softmax_cross_entropy || !evidence.last_layer) {
    fail(ErrorKind::configuration,
         "label rule 'idlg' needs a fully connected last layer and softmax cross-entropy, which this model has not");
  }
  if (evidence.count != 1) {
    fail(ErrorKind::configuration,
         "label rule 'idlg' finds the label of one example, the update has {}; use 'negative_bias'", evidence.count);
  }
  const LinearLayer& layer = *evidence.last_layer;
  const auto bias = layer.bias(evidence.gradient);
  const std::vector<double> evidence_of_class =
      bias.empty() ? agreement_with_others(layer, evidence.gradient) : std::vector<double>(bias.begin(), bias.end());
  const auto smallest = std::min_element(evidence_of_class.begin(), evidence_of_class.end());
  return {false, {{static_cast<std::int32_t>(smallest - evidence_of_class.begin())}}};
}

}  // namespace tacit::attacks
