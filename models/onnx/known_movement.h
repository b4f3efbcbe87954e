#pragma once

#include <span>

#include "models/onnx/known_layout.h"

namespace tacit::models::onnx {

/// Operators that make, move, repeat and leave out elements.
std::span<const KnownRule> movement_rules();

}  // namespace tacit::models::onnx
