#include "models/layers/learned_tokens.h"

#include <algorithm>

namespace tacit::models {

namespace {

template <class T>
void draw_normal(RandomStream& stream, double deviation, std::span<T> theta) {
  for (T& value : theta) value = static_cast<T>(deviation * stream.normal());
}

Shape with_one_more(Shape shape) {
  SequenceShape::of(shape);
  ++shape[0];
  return shape;
}

}  // namespace

template <class T>
PositionalEmbedding<T>::PositionalEmbedding(Shape shape)
    : LinearMap<T>(shape, shape), sequence_(SequenceShape::of(shape)) {}

template <class T>
void PositionalEmbedding<T>::initialise(RandomStream& stream, std::span<T> theta) const {
  draw_normal(stream, initial_deviation, theta);
}

template <class T>
void PositionalEmbedding<T>::apply(std::size_t count, std::span<const T> theta, std::span<const T> x,
                                   std::span<T> y) const {
  const std::size_t size = sequence_.size();
  for (std::size_t b = 0; b < count; ++b)
    for (std::size_t i = 0; i < size; ++i)
      y[b * size + i] = (x.empty() ? T(0) : x[b * size + i]) + (theta.empty() ? T(0) : theta[i]);
}

template <class T>
void PositionalEmbedding<T>::pull_back(std::size_t count, std::span<const T> u, std::span<T> theta_gradient,
                                       std::span<T> x_gradient) const {
  std::copy_n(u.begin(), x_gradient.size(), x_gradient.begin());
  std::fill(theta_gradient.begin(), theta_gradient.end(), T(0));
  for (std::size_t b = 0; b < count; ++b)
    for (std::size_t i = 0; i < theta_gradient.size(); ++i) theta_gradient[i] += u[b * sequence_.size() + i];
}

template <class T>
ClassToken<T>::ClassToken(Shape shape)
    : LinearMap<T>(shape, with_one_more(shape)), sequence_(SequenceShape::of(shape)) {}

template <class T>
std::vector<ParameterSchema::Declaration> ClassToken<T>::parameters() const {
  return {{"weight", {static_cast<std::int64_t>(sequence_.width)}}};
}

template <class T>
void ClassToken<T>::initialise(RandomStream& stream, std::span<T> theta) const {
  draw_normal(stream, initial_deviation, theta);
}

template <class T>
void ClassToken<T>::apply(std::size_t count, std::span<const T> theta, std::span<const T> x, std::span<T> y) const {
  auto to = y.begin();
  for (std::size_t b = 0; b < count; ++b) {
    to = theta.empty() ? std::fill_n(to, sequence_.width, T(0)) : std::copy(theta.begin(), theta.end(), to);
    to = x.empty() ? std::fill_n(to, sequence_.size(), T(0))
                   : std::copy_n(x.subspan(b * sequence_.size()).begin(), sequence_.size(), to);
  }
}

template <class T>
void ClassToken<T>::pull_back(std::size_t count, std::span<const T> u, std::span<T> theta_gradient,
                              std::span<T> x_gradient) const {
  const std::size_t whole = sequence_.size() + sequence_.width;
  std::fill(theta_gradient.begin(), theta_gradient.end(), T(0));
  for (std::size_t b = 0; b < count; ++b) {
    const std::span<const T> own = u.subspan(b * whole, whole);
    for (std::size_t i = 0; i < theta_gradient.size(); ++i) theta_gradient[i] += own[i];
    if (!x_gradient.empty())
      std::copy_n(own.subspan(sequence_.width).begin(), sequence_.size(),
                  x_gradient.subspan(b * sequence_.size()).begin());
  }
}

template class PositionalEmbedding<float>;
template class PositionalEmbedding<double>;
template class ClassToken<float>;
template class ClassToken<double>;

}  // namespace tacit::models
