#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "core/parameters.h"
#include "core/random.h"
#include "models/pass_mode.h"

namespace tacit::models {

/// Working memory that one layer needs in one thread: opaque to everybody but the layer that made it. It may grow with
/// the batch, and stops allocating after the first call with the largest one.
class LayerScratch {
 public:
  virtual ~LayerScratch() = default;
};

/// How a pass splits its batch into groups of equal size, one behind the other, each with a direction or a gradient of
/// the parameters of its own ("lanes"). The spans of a pass are those of the first lane; those of lane l lie l * stride
/// elements behind. Without (stride 0) the whole batch shares one.
struct Lanes {
  std::size_t count = 1, stride = 0;

  bool apart() const noexcept { return stride > 0; }
  template <class Element>
  std::span<Element> of(std::span<Element> first, std::size_t lane) const {
    return first.empty() ? first : std::span(first.data() + lane * stride, first.size());
  }
};

// The four passes of a layer over a batch. All arrays are row-major [count, size]; `inputs` has one array per input of
// the layer. Results are written, not accumulated. Outputs never overlap inputs.

template <class T>
struct ForwardPass {
  std::size_t count = 0;
  std::span<const T> theta;                    ///< this layer's parameters
  std::span<const std::span<const T>> inputs;  ///< [inputs][count, input_size]
  std::span<T> outputs;                        ///< [count, output_size]
  LayerScratch* scratch = nullptr;
  PassMode<T> mode = {};
};

/// Adds the derivative along (theta_dot, inputs_dot). An empty direction is zero; never all of them are empty. Where
/// the outputs are known, `outputs` and the scratch are as a forward pass over the same theta and inputs has left them:
/// a layer may then spare itself that part.
template <class T>
struct ForwardTangentPass {
  std::size_t count = 0;
  std::span<const T> theta, theta_dot;
  std::span<const std::span<const T>> inputs, inputs_dot;
  std::span<T> outputs, outputs_dot;
  LayerScratch* scratch = nullptr;
  PassMode<T> mode = {};
  bool outputs_known = false;
  Lanes lanes = {};  ///< of theta_dot
};

template <class T>
struct BackwardPass {
  std::size_t count = 0;
  std::span<const T> theta;
  std::span<const std::span<const T>> inputs;
  std::span<const T> outputs;                      ///< as the forward pass left them
  std::span<const T> upstream;                     ///< dL/d outputs, [count, output_size]
  std::span<T> theta_gradient;                     ///< sum over the batch, or each lane; empty = not wanted
  std::span<const std::span<T>> inputs_gradients;  ///< each empty = not wanted
  LayerScratch* scratch = nullptr;
  PassMode<T> mode = {};
  Lanes lanes = {};  ///< of theta_gradient
};

/// BackwardPass and its derivative along the direction that the forward pass took, with `upstream_dot` the derivative
/// of `upstream`. Of every gradient and its derivative, each may be wanted without the other. Empty directions are
/// zero.
template <class T>
struct BackwardTangentPass {
  std::size_t count = 0;
  std::span<const T> theta, theta_dot;
  std::span<const std::span<const T>> inputs, inputs_dot;
  std::span<const T> outputs, outputs_dot;
  std::span<const T> upstream, upstream_dot;
  std::span<T> theta_gradient, theta_gradient_dot;
  std::span<const std::span<T>> inputs_gradients, inputs_gradients_dot;
  LayerScratch* scratch = nullptr;
  PassMode<T> mode = {};
  Lanes lanes = {};  ///< of theta_dot, theta_gradient and theta_gradient_dot

  /// The pass without its derivatives.
  BackwardPass<T> primal() const {
    return {.count = count,
            .theta = theta,
            .inputs = inputs,
            .outputs = outputs,
            .upstream = upstream,
            .theta_gradient = theta_gradient,
            .inputs_gradients = inputs_gradients,
            .scratch = scratch,
            .mode = mode,
            .lanes = lanes};
  }
};

/// Moves what a layer remembers of its batches towards the batch that a training pass has seen.
template <class T>
struct StatisticsPass {
  std::size_t count = 0;
  std::span<const std::span<const T>> inputs;
  std::span<T> theta;          ///< this layer's parameters, whose statistics move by its own rule; empty = not wanted
  std::span<T> statistics;     ///< what the layer keeps outside theta
  std::optional<double> rate;  ///< share of this batch in `statistics`, 0 to 1; none = not wanted
  LayerScratch* scratch = nullptr;
};

/// One differentiable function of a batch with its parameters, first and mixed second derivatives. Immutable and shared
/// between threads; what a call needs to write lives in the scratch. Results for one example do not depend on the
/// others in the batch (unless couples_examples() says so), and sums over the batch run in the order of the examples.
///
/// Parameters that are declared with `trained = false` are statistics: constants to every derivative, whose own
/// gradient is 0 and along which a direction does not count. update_statistics changes them, no gradient does.
template <class T>
class Layer {
 public:
  virtual ~Layer() = default;

  virtual std::string_view type() const noexcept = 0;                   ///< the word of the configuration
  virtual const std::vector<Shape>& input_shapes() const noexcept = 0;  ///< of one example, one per input
  virtual const Shape& output_shape() const noexcept = 0;               ///< of one example
  /// Names (inside the layer) and shapes of the parameters, in the order of theta. Most layers have none.
  virtual std::vector<ParameterSchema::Declaration> parameters() const { return {}; }
  /// Fills start values by the layer's rule. theta has as many elements as `parameters` declares.
  virtual void initialise(RandomStream& stream, std::span<T> theta) const;
  /// Working memory for one thread; null if the layer needs none.
  virtual std::unique_ptr<LayerScratch> make_scratch() const { return nullptr; }

  /// Throws Error(data) naming example and value if examples [count, size of input checked_input()] hold what the layer
  /// cannot read; it is asked of layers that there read the model's input, before the first pass over a data set.
  virtual void check_inputs(std::span<const T>) const {}
  virtual std::size_t checked_input() const noexcept { return 0; }
  /// Whether in training the result for one example depends on the others in its batch: there is then no gradient of
  /// one example alone.
  virtual bool couples_examples() const noexcept { return false; }
  /// Whether passes may be split into lanes. A layer without parameters need not know of them.
  virtual bool takes_lanes() const { return parameters().empty(); }
  /// Elements of the statistics that the layer keeps outside theta: they stay where they were computed.
  virtual std::size_t local_statistics() const noexcept { return 0; }
  virtual void update_statistics(const StatisticsPass<T>&) const {}

  virtual void forward(const ForwardPass<T>& pass) const = 0;
  virtual void forward_tangent(const ForwardTangentPass<T>& pass) const = 0;
  virtual void backward(const BackwardPass<T>& pass) const = 0;
  virtual void backward_tangent(const BackwardTangentPass<T>& pass) const = 0;
};

template <class T>
void Layer<T>::initialise(RandomStream&, std::span<T>) const {}

}  // namespace tacit::models
