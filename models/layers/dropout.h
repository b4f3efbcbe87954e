#pragma once

#include <vector>

#include "models/layers/elementwise.h"

namespace tacit::models {

/// Srivastava et al., JMLR 15, 1929 (2014), in the inverted form that is customary now: y = d o x, where in training
/// each d_i is 0 with probability `rate` and 1 / (1 - rate) otherwise; in evaluation, and in training without a mask
/// key, y = x. Masks are a function of (MaskKey, layer, place of the example in its step, element): every pass of a
/// step has the same ones, and they do not depend on the batch an example is computed in.
template <class T>
class Dropout final : public ElementwiseLayer<T> {
 public:
  static constexpr double default_rate = 0.5;
  /// Throws Error(usage) unless 0 <= rate < 1.
  explicit Dropout(Shape shape, double rate = default_rate);

  std::string_view type() const noexcept override { return "dropout"; }
  std::unique_ptr<LayerScratch> make_scratch() const override;
  void forward(const ForwardPass<T>& pass) const override;
  void forward_tangent(const ForwardTangentPass<T>& pass) const override;
  void backward(const BackwardPass<T>& pass) const override;
  void backward_tangent(const BackwardTangentPass<T>& pass) const override;

  double rate() const noexcept { return rate_; }

 private:
  struct Scratch;
  /// to = d o from for every pair of arrays [count, size] that is not empty.
  struct Pair {
    std::span<const T> from;
    std::span<T> to;
  };
  void apply(std::size_t count, const PassMode<T>& mode, LayerScratch* scratch,
             std::initializer_list<Pair> pairs) const;

  std::size_t size_;
  double rate_;
};

}  // namespace tacit::models
