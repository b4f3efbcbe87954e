#pragma once

#include <memory>
#include <vector>

#include "models/layer.h"

namespace tacit::models {

/// A layer with one input, applied to every token of a sequence with the same parameters: [tokens, ...] with [...] the
/// layer's input becomes [tokens, ...] with its output. To the inner layer a batch of sequences is a batch of tokens.
template <class T>
class PerToken final : public Layer<T> {
 public:
  /// Throws Error(usage) unless the layer has one input, there are tokens, and the layer neither couples examples nor
  /// keeps statistics.
  PerToken(std::size_t tokens, std::shared_ptr<const Layer<T>> layer);

  std::string_view type() const noexcept override { return layer_->type(); }
  const std::vector<Shape>& input_shapes() const noexcept override { return input_shapes_; }
  const Shape& output_shape() const noexcept override { return output_shape_; }
  std::vector<ParameterSchema::Declaration> parameters() const override { return layer_->parameters(); }
  void initialise(RandomStream& stream, std::span<T> theta) const override { layer_->initialise(stream, theta); }
  std::unique_ptr<LayerScratch> make_scratch() const override { return layer_->make_scratch(); }
  void forward(const ForwardPass<T>& pass) const override { layer_->forward(of_tokens(pass)); }
  void forward_tangent(const ForwardTangentPass<T>& pass) const override { layer_->forward_tangent(of_tokens(pass)); }
  void backward(const BackwardPass<T>& pass) const override { layer_->backward(of_tokens(pass)); }
  void backward_tangent(const BackwardTangentPass<T>& pass) const override {
    layer_->backward_tangent(of_tokens(pass));
  }

  const Layer<T>& inner() const noexcept { return *layer_; }
  std::size_t tokens() const noexcept { return tokens_; }

 private:
  template <class Pass>
  Pass of_tokens(Pass pass) const {
    pass.count *= tokens_;
    return pass;
  }

  std::size_t tokens_;
  std::shared_ptr<const Layer<T>> layer_;
  std::vector<Shape> input_shapes_;
  Shape output_shape_;
};

}  // namespace tacit::models
