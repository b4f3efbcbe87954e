#pragma once

#include "models/layers/view.h"

namespace tacit::models {

/// The same elements in the shape that is asked for: a flat vector as an image [channels, height, width], say.
template <class T>
class Reshape final : public View<T> {
 public:
  /// Throws as View.
  Reshape(const Shape& from, const Shape& to) : View<T>(from, to) {}
  std::string_view type() const noexcept override { return "reshape"; }
};

}  // namespace tacit::models
