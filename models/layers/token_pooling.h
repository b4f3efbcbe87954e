#pragma once

#include "models/layers/linear_map.h"
#include "models/layers/sequence_shape.h"

namespace tacit::models {

/// The mean of a sequence's tokens: [tokens, width] becomes [width].
template <class T>
class TokenMean final : public LinearMap<T> {
 public:
  /// Throws Error(usage) unless the shape is that of a sequence.
  explicit TokenMean(Shape shape);
  std::string_view type() const noexcept override { return "token_mean"; }

 protected:
  void apply(std::size_t count, std::span<const T> theta, std::span<const T> x, std::span<T> y) const override;
  void pull_back(std::size_t count, std::span<const T> u, std::span<T> theta_gradient,
                 std::span<T> x_gradient) const override;

 private:
  SequenceShape sequence_;
};

enum class TokenPlace { first, last };

/// One token of a sequence: the first, where a class token stands, or the last, which a causal model has told
/// everything. [tokens, width] becomes [width].
template <class T>
class TokenSelect final : public LinearMap<T> {
 public:
  /// Throws Error(usage) unless the shape is that of a sequence.
  TokenSelect(Shape shape, TokenPlace place);
  std::string_view type() const noexcept override { return "token_select"; }
  TokenPlace place() const noexcept { return begin_ == 0 ? TokenPlace::first : TokenPlace::last; }

 protected:
  void apply(std::size_t count, std::span<const T> theta, std::span<const T> x, std::span<T> y) const override;
  void pull_back(std::size_t count, std::span<const T> u, std::span<T> theta_gradient,
                 std::span<T> x_gradient) const override;

 private:
  SequenceShape sequence_;
  std::size_t begin_;  ///< of the token in its example
};

}  // namespace tacit::models
