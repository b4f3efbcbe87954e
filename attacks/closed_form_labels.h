#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "models/model.h"

namespace tacit::attacks {

/// Labels of `count` examples from a gradient [parameters] by whichever closed rule the model allows: `negative_bias`,
/// or `idlg` for one example without a last bias. Empty if neither applies.
std::vector<std::int32_t> closed_form_labels(const models::Model<double>& model, std::span<const double> gradient,
                                             std::size_t count);

}  // namespace tacit::attacks
