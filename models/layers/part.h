#pragma once

#include "models/layers/linear_map.h"

namespace tacit::models {

/// Some of the elements of a value: those of `shape` from `begin` on.
template <class T>
class Part final : public LinearMap<T> {
 public:
  /// Throws Error(usage) unless they lie in the `whole`.
  Part(std::size_t whole, std::size_t begin, const Shape& shape);
  std::string_view type() const noexcept override { return "part"; }

 protected:
  void apply(std::size_t count, std::span<const T> theta, std::span<const T> x, std::span<T> y) const override;
  void pull_back(std::size_t count, std::span<const T> u, std::span<T> theta_gradient,
                 std::span<T> x_gradient) const override;

 private:
  std::size_t whole_, begin_, size_;
};

}  // namespace tacit::models
