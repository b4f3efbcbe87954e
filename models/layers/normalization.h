#pragma once

#include <vector>

#include "models/layer.h"

namespace tacit::models {

/// Each example is cut into equal runs of consecutive elements. A run x of n elements becomes
///   z = (x - mean) / sqrt(variance + epsilon), variance = mean of (x - mean)^2,   y = weight z + bias,
/// with one weight and one bias for every `shared` consecutive elements of the example. Nothing is learned from the
/// other examples, so one client's batch says nothing about its statistics to another. Two known layers are cases:
///   LayerNorm (Ba, Kiros, Hinton 2016): one run, shared = 1; weight and bias have the shape of the input.
///   GroupNorm (Wu and He, ECCV 2018): one run for every group of channels, shared = elements of a channel; weight and
///   bias have one element a channel.
/// Parameters "weight" and "bias" start at 1 and 0.
template <class T>
class Normalization final : public Layer<T> {
 public:
  static constexpr double default_epsilon = 1e-5;

  /// Throws Error(usage) unless epsilon is positive and the shape has elements.
  static Normalization layer_norm(Shape shape, double epsilon = default_epsilon);
  /// The first axis is that of the channels. Throws Error(usage) also unless `groups` divides the channels.
  static Normalization group_norm(Shape shape, std::size_t groups, double epsilon = default_epsilon);

  std::string_view type() const noexcept override { return type_; }
  const std::vector<Shape>& input_shapes() const noexcept override { return shapes_; }
  const Shape& output_shape() const noexcept override { return shapes_.front(); }
  std::vector<ParameterSchema::Declaration> parameters() const override {
    return {{"weight", parameter_shape_}, {"bias", parameter_shape_}};
  }
  void initialise(RandomStream& stream, std::span<T> theta) const override;
  std::unique_ptr<LayerScratch> make_scratch() const override;
  void forward(const ForwardPass<T>& pass) const override;
  void forward_tangent(const ForwardTangentPass<T>& pass) const override;
  void backward(const BackwardPass<T>& pass) const override;
  void backward_tangent(const BackwardTangentPass<T>& pass) const override;

  /// Into how many runs an example is cut: the groups.
  std::size_t runs() const noexcept { return runs_; }
  double epsilon() const noexcept { return epsilon_; }

 private:
  struct Scratch;
  struct Run;
  Normalization(std::string_view type, Shape shape, Shape parameter_shape, std::size_t runs, double epsilon);
  template <class Do>
  void for_each_run(std::size_t count, const Do& work) const;
  /// Calls work(parameter, begin, end) for the elements of the run that share a weight and a bias.
  template <class Do>
  void for_each_parameter(const Run& run, const Do& work) const;
  /// z of a run into the scratch; returns 1 / sqrt(variance + epsilon).
  T normalise(const Run& run, std::span<const T> x, Scratch& scratch) const;
  /// z_dot = inverse_deviation (x_dot - mean(x_dot) - z mean(z x_dot)) into the scratch; returns mean(z x_dot).
  T normalise_dot(const Run& run, std::span<const T> x_dot, T inverse_deviation, Scratch& scratch) const;
  void scale(const Run& run, std::span<const T> theta, std::span<const T> z, std::span<T> y, bool add_bias) const;

  std::string_view type_;
  std::vector<Shape> shapes_;
  Shape parameter_shape_;
  std::size_t size_, runs_, run_size_, parameters_, shared_;
  double epsilon_;
};

}  // namespace tacit::models
