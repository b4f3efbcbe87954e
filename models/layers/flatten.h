#pragma once

#include "models/layers/view.h"

namespace tacit::models {

/// The same elements as one row: [channels, height, width] becomes [channels height width].
template <class T>
class Flatten final : public View<T> {
 public:
  explicit Flatten(const Shape& shape) : View<T>(shape, {static_cast<std::int64_t>(element_count(shape))}) {}
  std::string_view type() const noexcept override { return "flatten"; }
};

}  // namespace tacit::models
