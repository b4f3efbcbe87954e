#pragma once

#include <optional>
#include <vector>

#include "models/layer.h"

namespace tacit::models {

/// A learned vector for each token: inputs [tokens] are whole numbers from 0 to vocabulary - 1, carried as T, and token
/// k becomes row k of "weight" [vocabulary, width], so that the output is [tokens, width]. The row of the padding token
/// is read as zeros and has no gradient. Where a token may be moved by a little no output changes: derivatives by the
/// inputs are 0. Weights start normal with the deviation given.
template <class T>
class Embedding final : public Layer<T> {
 public:
  struct Options {
    std::size_t vocabulary = 0, width = 0;
    std::optional<std::size_t> padding = {};
    double initial_deviation = 1;
  };
  /// Throws Error(usage) unless all sizes are positive, the vocabulary is below 2^24 (what a float counts), the padding
  /// token belongs to it, and the deviation is positive.
  Embedding(Shape input_shape, const Options& options);

  std::string_view type() const noexcept override { return "embedding"; }
  const std::vector<Shape>& input_shapes() const noexcept override { return input_shapes_; }
  const Shape& output_shape() const noexcept override { return output_shape_; }
  std::vector<ParameterSchema::Declaration> parameters() const override;
  void initialise(RandomStream& stream, std::span<T> theta) const override;
  /// Throws Error(data) naming example, token and value of the first that is not a token.
  void check_inputs(std::span<const T> inputs) const override;
  /// Throws as check_inputs does.
  void forward(const ForwardPass<T>& pass) const override;
  void forward_tangent(const ForwardTangentPass<T>& pass) const override;
  void backward(const BackwardPass<T>& pass) const override;
  void backward_tangent(const BackwardTangentPass<T>& pass) const override;

  const Options& options() const noexcept { return options_; }

 private:
  void look_up(std::span<const T> table, std::span<const T> tokens, std::span<T> rows) const;
  void add_up(std::span<const T> tokens, std::span<const T> rows, std::span<T> table) const;
  bool is_padding(std::size_t token) const noexcept { return options_.padding == token; }

  std::vector<Shape> input_shapes_;
  Shape output_shape_;
  Options options_;
};

}  // namespace tacit::models
