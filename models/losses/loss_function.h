#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "models/model.h"

namespace tacit::models {

/// The mean over a batch of a loss of outputs [count, size] and targets [count, size], with its derivatives. Immutable
/// and shared between threads. Sums over a batch run in double, in the order of the examples.
template <class T>
class LossFunction {
 public:
  virtual ~LossFunction() = default;

  struct Batch {
    std::size_t count = 0, size = 0;
    std::span<const T> outputs, targets;
  };
  /// Directions; an empty span is zero.
  struct BatchDot {
    std::span<const T> outputs, targets;
  };
  /// dL/d outputs and dL/d targets; an empty span is not wanted. Written.
  struct Slopes {
    std::span<T> outputs, targets;
  };

  virtual T value(const Batch& batch) const = 0;
  /// Returns the loss.
  virtual T gradient(const Batch& batch, const Slopes& slopes) const = 0;
  /// Also the derivatives of loss and slopes along the direction.
  virtual typename Evaluation<T>::LossTangent gradient_tangent(const Batch& batch, const BatchDot& dot,
                                                               const Slopes& slopes,
                                                               const Slopes& slopes_dot) const = 0;
};

/// The word of the configuration for each loss, in the order of the enumeration.
const std::vector<std::string>& loss_names();
std::string to_string(Loss loss);
Loss loss_named(const std::string& name);

/// The loss of a model with `outputs` outputs. Throws Error(usage) naming the setting: softmax cross-entropy with fewer
/// than two outputs; a setting that the loss does not have, or out of its range (label_smoothing in [0, 1), huber_delta
/// and margin finite and positive, class_weights one a class, finite, not negative and not all zero).
template <class T>
std::unique_ptr<const LossFunction<T>> make_loss_function(Loss loss, const LossSettings& settings, std::size_t outputs);

}  // namespace tacit::models
