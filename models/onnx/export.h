#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "models/model.h"

namespace tacit::models {

/// The bytes of an ONNX file (operator set 17) that computes the outputs of `graph` with parameters `theta`, for any
/// batch: input "input" [batch, input shape], output "output" [batch, output shape]. Parameters keep their names.
/// Layers that have no operator of their own in that set are written as others: GELU by erf, SiLU by sigmoid, GroupNorm
/// by InstanceNormalization. Throws Error(usage) naming the layer if ONNX cannot express it (circuits), Error(resource)
/// above the 2 GiB that a file may have. The same model gives the same bytes.
std::vector<std::byte> export_onnx(const Graph<float>& graph, std::span<const float> theta);

}  // namespace tacit::models
