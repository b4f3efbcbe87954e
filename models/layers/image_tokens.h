#pragma once

#include "models/layers/linear_map.h"

namespace tacit::models {

/// The pixels of an image as a sequence: [channels, height, width] becomes [height width, channels], row by row. Behind
/// a convolution whose stride is its kernel, the tokens are patches (Dosovitskiy et al., ICLR 2021).
template <class T>
class ImageTokens final : public LinearMap<T> {
 public:
  /// Throws Error(usage) unless the shape has three axes and elements.
  explicit ImageTokens(Shape shape);
  std::string_view type() const noexcept override { return "image_tokens"; }

 protected:
  void apply(std::size_t count, std::span<const T> theta, std::span<const T> x, std::span<T> y) const override;
  void pull_back(std::size_t count, std::span<const T> u, std::span<T> theta_gradient,
                 std::span<T> x_gradient) const override;

 private:
  std::size_t channels_, pixels_;
};

}  // namespace tacit::models
