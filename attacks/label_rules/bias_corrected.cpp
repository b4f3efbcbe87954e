#include "attacks/label_rules/bias_corrected.h"

#include "attacks/label_rules/label_dealing.h"
#include "attacks/label_rules/softmax_layer.h"

namespace tacit::attacks {

LabelGuess BiasCorrected::guess(const LabelEvidence& evidence) const {
  const auto bias = softmax_layer(evidence, "bias_corrected", true).bias(evidence.gradient);
  return {false, {deal_labels({bias.begin(), bias.end()}, 1, evidence.count, "bias_corrected")}};
}

}  // namespace tacit::attacks
