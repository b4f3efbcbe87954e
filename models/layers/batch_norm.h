#pragma once

#include <string>
#include <vector>

#include "models/layer.h"

namespace tacit::models {

/// Whose mean and variance a batch normalisation uses in evaluation, and what of them travels.
enum class BatchStatistics {
  averaged,  ///< running statistics are part of the model: every client moves them, the coordinator averages them
  local,     ///< they never leave: whoever evaluates computes them on its own data (SiloBN, Andreux et al. 2020)
  frozen,    ///< those of the model it starts from, in training too: the layer is affine
};

/// The words of the configuration, in the order of the enumeration.
const std::vector<std::string>& batch_statistics_names();

struct BatchNormOptions {
  double epsilon = 1e-5;
  double momentum = 0.1;  ///< of averaged statistics: share of the newest batch
  BatchStatistics statistics = BatchStatistics::averaged;
};

/// Ioffe and Szegedy, ICML 2015, Algorithms 1 and 2. The first axis of an example is that of the channels: [features]
/// or [channels, height, width]. With m_c and v_c the mean and the variance of a channel,
///   z = (x - m_c) / sqrt(v_c + epsilon),   y = weight_c z + bias_c.
/// In training m and v are those of the batch, v with the divisor n = count * elements of a channel, and are
/// differentiated through. So the result for one example depends on the whole batch: there is no gradient of one
/// example alone, and what is computed of a client's batch says something about each of its examples. With frozen
/// statistics none of this holds, and training is as evaluation.
///
/// Parameters "weight" (1 at the start) and "bias" (0), one a channel; unless statistics are local also "running_mean"
/// (0) and "running_var" (1), which no gradient moves. A training step moves averaged ones by
///   running = (1 - momentum) running + momentum (m, v n / (n - 1)),
/// and leaves the variance alone where n = 1. Local ones are the mean and the variance (divisor n) of all that was
/// observed. A running variance below 0, which noise or quantisation of updates may
/// bring, counts as 0.
template <class T>
class BatchNorm final : public Layer<T> {
 public:
  /// Throws Error(usage) unless the shape has elements, epsilon is positive, and the momentum is above 0 and at most 1.
  explicit BatchNorm(Shape shape, const BatchNormOptions& options = {});

  std::string_view type() const noexcept override { return "batch_norm"; }
  const std::vector<Shape>& input_shapes() const noexcept override { return shapes_; }
  const Shape& output_shape() const noexcept override { return shapes_.front(); }
  std::vector<ParameterSchema::Declaration> parameters() const override;
  void initialise(RandomStream& stream, std::span<T> theta) const override;
  std::unique_ptr<LayerScratch> make_scratch() const override;
  bool couples_examples() const noexcept override { return options_.statistics != BatchStatistics::frozen; }
  std::size_t local_statistics() const noexcept override {
    return options_.statistics == BatchStatistics::local ? 2 * channels_ : 0;
  }
  void update_statistics(const StatisticsPass<T>& pass) const override;
  /// Throws Error(usage) in evaluation with local statistics that nobody has computed.
  void forward(const ForwardPass<T>& pass) const override;
  void forward_tangent(const ForwardTangentPass<T>& pass) const override;
  void backward(const BackwardPass<T>& pass) const override;
  void backward_tangent(const BackwardTangentPass<T>& pass) const override;

  const BatchNormOptions& options() const noexcept { return options_; }
  std::size_t channels() const noexcept { return channels_; }

 private:
  struct Scratch;
  bool uses_batch(const PassMode<T>& mode) const noexcept { return mode.training && couples_examples(); }
  /// means[c] = mean over the channel's elements of term(element of the batch, c), in double and in a fixed order.
  template <class Term>
  void average(std::size_t count, Scratch& scratch, std::span<T> means, const Term& term) const;
  /// Calls work(element of the batch, c) for all elements.
  template <class Work>
  void for_each_element(std::size_t count, const Work& work) const;
  void batch_statistics(std::size_t count, std::span<const T> x, Scratch& scratch) const;
  /// Mean and inverse deviation of every channel into the scratch.
  void prepare(std::size_t count, std::span<const T> theta, std::span<const T> x, const PassMode<T>& mode,
               Scratch& scratch) const;
  /// Of the normalisation z along x_dot: what its derivative needs, 0 where statistics do not depend on x.
  void prepare_dot(std::size_t count, std::span<const T> x, std::span<const T> x_dot, const PassMode<T>& mode,
                   Scratch& scratch) const;
  void sum_upstream(std::size_t count, std::span<const T> x, std::span<const T> upstream, Scratch& scratch) const;

  std::vector<Shape> shapes_;
  std::size_t channels_, elements_;  ///< elements of one channel of one example
  BatchNormOptions options_;
};

}  // namespace tacit::models
