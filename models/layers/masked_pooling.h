#pragma once

#include <vector>

#include "models/layer.h"
#include "models/layers/sequence_shape.h"
#include "models/layers/token_mask.h"

namespace tacit::models {

/// Makes one token of a sequence [tokens, width] whose padding a second input tells apart (token_mask.h): the mean of
/// the tokens that count, or the last of them. Derivatives by the second input are 0.
template <class T>
class MaskedPooling final : public Layer<T> {
 public:
  enum class Rule { mean, last };
  /// Throws Error(usage) unless the shape is that of a sequence with as many token ids as tokens, or fewer.
  MaskedPooling(const Shape& shape, const Padding& padding, Rule rule);

  std::string_view type() const noexcept override { return rule_ == Rule::mean ? "token_mean" : "token_select"; }
  const std::vector<Shape>& input_shapes() const noexcept override { return input_shapes_; }
  const Shape& output_shape() const noexcept override { return output_shape_; }
  std::unique_ptr<LayerScratch> make_scratch() const override;
  std::size_t checked_input() const noexcept override { return 1; }
  /// Throws Error(data) naming the first example that is padding only.
  void check_inputs(std::span<const T> ids) const override;
  /// Throws as check_inputs does.
  void forward(const ForwardPass<T>& pass) const override;
  void forward_tangent(const ForwardTangentPass<T>& pass) const override;
  void backward(const BackwardPass<T>& pass) const override;
  void backward_tangent(const BackwardTangentPass<T>& pass) const override;

  Rule rule() const noexcept { return rule_; }
  const Padding& padding() const noexcept { return padding_; }

 private:
  struct Scratch;
  /// The share of each token of an example in the result.
  std::span<const T> shares(std::span<const T> ids, std::size_t example, LayerScratch* scratch) const;
  /// y = sum over the tokens of share times x, for every example; an empty x is zero.
  void apply(std::size_t count, std::span<const T> ids, std::span<const T> x, std::span<T> y,
             LayerScratch* scratch) const;
  void pull_back(std::size_t count, std::span<const T> ids, std::span<const T> u, std::span<T> x_gradient,
                 LayerScratch* scratch) const;

  SequenceShape sequence_;
  Padding padding_;
  Rule rule_;
  std::vector<Shape> input_shapes_;
  Shape output_shape_;
};

}  // namespace tacit::models
