#pragma once

#include "models/layers/linear_map.h"
#include "models/layers/sequence_shape.h"

namespace tacit::models {

/// Learned vectors that tell tokens apart by their place: y_t = x_t + weight_t (Gehring et al., ICML 2017; Devlin et
/// al. 2019). Parameter "weight" [tokens, width], normal with deviation 0.02 at the start.
template <class T>
class PositionalEmbedding final : public LinearMap<T> {
 public:
  static constexpr double initial_deviation = 0.02;
  /// Throws Error(usage) unless the shape is that of a sequence.
  explicit PositionalEmbedding(Shape shape);
  std::string_view type() const noexcept override { return "positional_embedding"; }
  std::vector<ParameterSchema::Declaration> parameters() const override { return {{"weight", this->output_shape()}}; }
  void initialise(RandomStream& stream, std::span<T> theta) const override;

 protected:
  void apply(std::size_t count, std::span<const T> theta, std::span<const T> x, std::span<T> y) const override;
  void pull_back(std::size_t count, std::span<const T> u, std::span<T> theta_gradient,
                 std::span<T> x_gradient) const override;

 private:
  SequenceShape sequence_;
};

/// One learned token in front of the others, which collects what the model says about the whole (Devlin et al. 2019):
/// [tokens, width] becomes [tokens + 1, width]. Parameter "weight" [width], normal with deviation 0.02 at the start.
template <class T>
class ClassToken final : public LinearMap<T> {
 public:
  static constexpr double initial_deviation = 0.02;
  /// Throws Error(usage) unless the shape is that of a sequence.
  explicit ClassToken(Shape shape);
  std::string_view type() const noexcept override { return "class_token"; }
  std::vector<ParameterSchema::Declaration> parameters() const override;
  void initialise(RandomStream& stream, std::span<T> theta) const override;

 protected:
  void apply(std::size_t count, std::span<const T> theta, std::span<const T> x, std::span<T> y) const override;
  void pull_back(std::size_t count, std::span<const T> u, std::span<T> theta_gradient,
                 std::span<T> x_gradient) const override;

 private:
  SequenceShape sequence_;  ///< of the input
};

}  // namespace tacit::models
