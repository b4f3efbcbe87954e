#pragma once

#include <cstddef>
#include <span>

#include "models/model.h"

namespace tacit::models {

/// The mean over a batch of a loss of outputs [count, size] and targets [count, size], with its derivatives. Stateless
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

/// The one instance of each loss.
template <class T>
const LossFunction<T>& loss_function(Loss loss);

}  // namespace tacit::models
