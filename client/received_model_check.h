#pragma once

#include <span>
#include <string>
#include <vector>

#include "models/model.h"

namespace tacit::client {

/// Signs that a model was made to give examples away, one sentence each; none for a model without them. They are those
/// of published attacks, so a new one passes:
///
/// - at least half of the rows of a `linear` layer point the same way (the bins of an imprint, of LOKI);
/// - some rows of a `linear` layer are zero and others are not (a head that fishes);
/// - the rows of a `linear` layer have nearly the same ratio of sum and length (trap weights): over rows of
///   independent weights, t = sum / length spreads by about 1, here by less than a fifth;
/// - at least half of the kernels of a `conv2d` layer are zero and others are not (LOKI's channels);
/// - a bias of a `linear` layer beyond 100 (a head that fishes for a class).
///
/// Layers of fewer than 16 rows or inputs are not looked at for the first and the third. docs/threat_models.md says how
/// often honest models show a sign. theta [parameters].
std::vector<std::string> suspicious_signs(const models::Model<float>& model, std::span<const float> theta);

/// What a client does about a received model that shows a sign.
enum class ReceivedModelPolicy { accept, warn, refuse };

}  // namespace tacit::client
