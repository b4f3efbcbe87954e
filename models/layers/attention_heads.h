#pragma once

#include <optional>
#include <vector>

#include "models/layer.h"
#include "models/layers/token_mask.h"

namespace tacit::models {

/// Scaled dot-product attention in several heads (Vaswani et al., NeurIPS 2017, Eq. 1), without its projections. A
/// token brings query, key and value side by side, [tokens, 3 width], and the heads share each of the three evenly.
/// With Q, K, V [tokens, width / heads] those of a head,
///   S = Q K^T / sqrt(width / heads),   P = softmax of the rows of S,   Y = P V,
/// and Y of all heads stand side by side, [tokens, width]. Causal: token i attends to the tokens up to itself. With
/// padding a second input says which tokens nobody attends to (token_mask.h): their columns of P are 0, as if they were
/// not there, and so is a row whose token then sees none. Derivatives by that input are 0.
template <class T>
class AttentionHeads final : public Layer<T> {
 public:
  /// Throws Error(usage) unless all sizes are positive and `heads` divides the width.
  AttentionHeads(std::size_t tokens, std::size_t width, std::size_t heads, bool causal,
                 const std::optional<Padding>& padding = {});

  std::string_view type() const noexcept override { return "attention_heads"; }
  const std::vector<Shape>& input_shapes() const noexcept override { return input_shapes_; }
  const Shape& output_shape() const noexcept override { return output_shape_; }
  std::unique_ptr<LayerScratch> make_scratch() const override;
  void forward(const ForwardPass<T>& pass) const override;
  void forward_tangent(const ForwardTangentPass<T>& pass) const override;
  void backward(const BackwardPass<T>& pass) const override;
  void backward_tangent(const BackwardTangentPass<T>& pass) const override;

  std::size_t heads() const noexcept { return heads_; }
  bool causal() const noexcept { return causal_; }

 private:
  struct Scratch;
  struct Head;
  /// Calls work(head of an example) for all of them, examples first.
  template <class Work>
  void for_each_head(std::size_t count, const Work& work) const;
  /// Columns [begin, begin + width of a head) of the tokens of an example, and back.
  void gather(std::span<const T> rows, std::size_t row_size, std::size_t begin, std::span<T> columns) const;
  void scatter(std::span<const T> columns, std::span<T> rows, std::size_t row_size, std::size_t begin) const;
  void gather_parts(const Head& head, std::span<const T> qkv, std::span<T> q, std::span<T> k, std::span<T> v) const;
  /// P of a head.
  void attend(Scratch& scratch) const;
  /// The softmax of a row of which only the tokens that count, and lie in `seen`, are seen.
  void attend_to_counting(std::span<const T> counts, std::span<T> seen) const;
  /// Which tokens of the head's example count, if there is padding.
  void mark(const Head& head, std::span<const std::span<const T>> inputs, Scratch& scratch) const;
  /// P_dot of a head.
  void attend_dot(Scratch& scratch) const;
  /// out = P o (a - <P, a>) for every row: the Jacobian of the softmax, which is symmetric.
  void apply_jacobian(std::span<const T> p, std::span<const T> a, std::span<T> out) const;
  void backward_of_head(const Head& head, std::span<const T> upstream, std::span<T> gradient, Scratch& scratch) const;

  std::size_t tokens_, width_, heads_, head_width_;
  bool causal_;
  std::optional<Padding> padding_;
  T scale_;
  std::vector<Shape> input_shapes_;
  Shape output_shape_;
};

}  // namespace tacit::models
