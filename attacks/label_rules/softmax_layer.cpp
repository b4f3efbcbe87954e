#include "attacks/label_rules/softmax_layer.h"

#include "core/error.h"

namespace tacit::attacks {

const LinearLayer& softmax_layer(const LabelEvidence& evidence, std::string_view rule, bool needs_bias) {
  if (evidence.loss != models::Loss::softmax_cross_entropy || !evidence.last_layer ||
      (needs_bias && !evidence.last_layer->bias_offset)) {
    fail(ErrorKind::configuration,
         "label rule '{}' needs a fully connected last layer{} and softmax cross-entropy, which this model has not",
         rule, needs_bias ? " with a bias" : "");
  }
  return *evidence.last_layer;
}

}  // namespace tacit::attacks
