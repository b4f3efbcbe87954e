#pragma once

#include "core/config.h"
#include "models/model.h"

namespace tacit::models {

struct LossChoice {
  Loss loss = Loss::softmax_cross_entropy;
  LossSettings settings;
};

/// What a [model] section says about the loss: `loss` and the keys that this loss has. For real-valued targets the
/// default is mean_squared_error, and a loss of classes is refused.
///
///   softmax_cross_entropy, binary_cross_entropy: label_smoothing (0), class_weights (1 each)
///   huber: huber_delta (1)
///   hinge: margin (1)
///   mean_squared_error: nothing
///
/// Throws Error(configuration) with file, line and key.
LossChoice loss_from_config(ConfigTable& section, const LearningTask& task);

}  // namespace tacit::models
