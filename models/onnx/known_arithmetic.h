#pragma once

#include <span>

#include "models/onnx/known_layout.h"

namespace tacit::models::onnx {

/// Operators that compute element by element. What is computed in floats is rounded to float32 as it would be.
std::span<const KnownRule> arithmetic_rules();

}  // namespace tacit::models::onnx
