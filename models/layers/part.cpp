#include "models/layers/part.h"

#include <algorithm>

#include "core/error.h"

namespace tacit::models {

template <class T>
Part<T>::Part(std::size_t whole, std::size_t begin, const Shape& shape)
    : LinearMap<T>({static_cast<std::int64_t>(whole)}, shape),
      whole_(whole),
      begin_(begin),
      size_(element_count(shape)) {
  if (size_ == 0 || begin_ > whole_ || size_ > whole_ - begin_)
    fail(ErrorKind::usage, "elements {} to {} do not lie among {}", begin_, begin_ + size_, whole_);
}

template <class T>
void Part<T>::apply(std::size_t count, std::span<const T>, std::span<const T> x, std::span<T> y) const {
  if (x.empty()) std::ranges::fill(y, T(0));
  for (std::size_t b = 0; b < count && !x.empty(); ++b)
    std::ranges::copy(x.subspan(b * whole_ + begin_, size_), y.subspan(b * size_).begin());
}

template <class T>
void Part<T>::pull_back(std::size_t count, std::span<const T> u, std::span<T>, std::span<T> x_gradient) const {
  if (x_gradient.empty()) return;
  std::ranges::fill(x_gradient, T(0));
  for (std::size_t b = 0; b < count; ++b)
    std::ranges::copy(u.subspan(b * size_, size_), x_gradient.subspan(b * whole_ + begin_).begin());
}

template class Part<float>;
template class Part<double>;

}  // namespace tacit::models
