#include "models/layers/image_tokens.h"

#include <algorithm>

#include "core/error.h"

namespace tacit::models {

namespace {

Shape tokens_of(const Shape& shape) {
  if (shape.size() != 3 || element_count(shape) == 0)
    fail(ErrorKind::usage, "this layer takes images [channels, height, width], here it gets shape {}",
         to_string(shape));
  return {shape[1] * shape[2], shape[0]};
}

/// [rows, columns] of every example becomes [columns, rows].
template <class T>
void transpose(std::size_t rows, std::size_t columns, std::span<const T> from, std::span<T> to) {
  const std::size_t size = rows * columns;
  for (std::size_t begin = 0; begin < to.size(); begin += size)
    for (std::size_t row = 0; row < rows; ++row)
      for (std::size_t column = 0; column < columns; ++column)
        to[begin + column * rows + row] = from[begin + row * columns + column];
}

}  // namespace

template <class T>
ImageTokens<T>::ImageTokens(Shape shape)
    : LinearMap<T>(shape, tokens_of(shape)),
      channels_(static_cast<std::size_t>(shape[0])),
      pixels_(element_count(shape) / channels_) {}

template <class T>
void ImageTokens<T>::apply(std::size_t, std::span<const T>, std::span<const T> x, std::span<T> y) const {
  if (x.empty()) {
    std::fill(y.begin(), y.end(), T(0));
  } else {
    transpose(channels_, pixels_, x, y);
  }
}

template <class T>
void ImageTokens<T>::pull_back(std::size_t, std::span<const T> u, std::span<T>, std::span<T> x_gradient) const {
  transpose(pixels_, channels_, u, x_gradient);
}

template class ImageTokens<float>;
template class ImageTokens<double>;

}  // namespace tacit::models
