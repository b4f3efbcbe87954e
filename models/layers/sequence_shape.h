#pragma once

#include "core/error.h"
#include "core/parameters.h"

namespace tacit::models {

/// An example that is a sequence: `tokens` vectors of `width` numbers each, row-major, shape [tokens, width].
struct SequenceShape {
  std::size_t tokens = 0, width = 0;

  /// Throws Error(usage) unless the shape has two axes and elements.
  static SequenceShape of(const Shape& shape) {
    if (shape.size() != 2 || element_count(shape) == 0)
      fail(ErrorKind::usage, "this layer takes sequences [tokens, width], here it gets shape {}", to_string(shape));
    return {static_cast<std::size_t>(shape[0]), static_cast<std::size_t>(shape[1])};
  }
  std::size_t size() const noexcept { return tokens * width; }
};

}  // namespace tacit::models
