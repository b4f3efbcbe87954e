#include "models/layers/token_pooling.h"

#include <algorithm>

namespace tacit::models {

namespace {

Shape one_token(const Shape& shape) {
  return {static_cast<std::int64_t>(SequenceShape::of(shape).width)};
}

}  // namespace

template <class T>
TokenMean<T>::TokenMean(Shape shape) : LinearMap<T>(shape, one_token(shape)), sequence_(SequenceShape::of(shape)) {}

template <class T>
void TokenMean<T>::apply(std::size_t count, std::span<const T>, std::span<const T> x, std::span<T> y) const {
  std::fill(y.begin(), y.end(), T(0));
  if (x.empty()) return;
  const auto& [tokens, width] = sequence_;
  const T share = T(1) / static_cast<T>(tokens);
  for (std::size_t b = 0; b < count; ++b) {
    const std::span<T> mean = y.subspan(b * width, width);
    for (std::size_t t = 0; t < tokens; ++t)
      for (std::size_t i = 0; i < width; ++i) mean[i] += x[(b * tokens + t) * width + i];
    for (T& value : mean) value *= share;
  }
}

template <class T>
void TokenMean<T>::pull_back(std::size_t, std::span<const T> u, std::span<T>, std::span<T> x_gradient) const {
  const auto& [tokens, width] = sequence_;
  const T share = T(1) / static_cast<T>(tokens);
  for (std::size_t i = 0; i < x_gradient.size(); ++i)
    x_gradient[i] = share * u[i / sequence_.size() * width + i % width];
}

template <class T>
TokenSelect<T>::TokenSelect(Shape shape, TokenPlace place)
    : LinearMap<T>(shape, one_token(shape)),
      sequence_(SequenceShape::of(shape)),
      begin_(place == TokenPlace::first ? 0 : sequence_.size() - sequence_.width) {}

template <class T>
void TokenSelect<T>::apply(std::size_t count, std::span<const T>, std::span<const T> x, std::span<T> y) const {
  if (x.empty()) {
    std::fill(y.begin(), y.end(), T(0));
    return;
  }
  for (std::size_t b = 0; b < count; ++b)
    std::copy_n(x.subspan(b * sequence_.size() + begin_).begin(), sequence_.width,
                y.subspan(b * sequence_.width).begin());
}

template <class T>
void TokenSelect<T>::pull_back(std::size_t count, std::span<const T> u, std::span<T>, std::span<T> x_gradient) const {
  if (x_gradient.empty()) return;
  std::fill(x_gradient.begin(), x_gradient.end(), T(0));
  for (std::size_t b = 0; b < count; ++b)
    std::copy_n(u.subspan(b * sequence_.width).begin(), sequence_.width,
                x_gradient.subspan(b * sequence_.size() + begin_).begin());
}

template class TokenMean<float>;
template class TokenMean<double>;
template class TokenSelect<float>;
template class TokenSelect<double>;

}  // namespace tacit::models
