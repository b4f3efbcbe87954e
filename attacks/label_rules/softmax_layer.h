#pragma once

#include <string_view>

#include "attacks/label_rules/label_rule.h"

namespace tacit::attacks {

/// The fully connected last layer under softmax cross-entropy, whose gradient shows the labels. Throws
/// Error(configuration), naming the rule, if the model has another end or, with `needs_bias`, no last bias.
const LinearLayer& softmax_layer(const LabelEvidence& evidence, std::string_view rule, bool needs_bias);

}  // namespace tacit::attacks
