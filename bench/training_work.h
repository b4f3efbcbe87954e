#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace tacit::bench {

/// What one call computes on a batch: step the loss and its gradient by the parameters, and an update by gradient
/// descent; gradient the same without the update; gradient_tangent the gradient and, in a second pass, the derivative
/// of the inputs' gradient along a fixed direction of the parameters, which is what an iteration of gradient matching
/// asks of a model.
enum class TrainingTask : std::uint8_t { step, gradient, gradient_tangent };

const char* to_string(TrainingTask task);
/// Throws Error(usage) on any other name.
TrainingTask training_task_from_string(const std::string& name);

/// A network and what is asked of it, in float. Networks: "mlp" (784, 128 with ReLU, 10) and the presets of
/// models/presets.h, lenet5 and cnn4 on 1x28x28 with 10 classes, lenet_dlg on 3x32x32 with 100; loss softmax
/// cross-entropy.
///
/// All numbers are u(n) in [-1, 1), a hash of a running number n that other frameworks can repeat: with h = n
/// 2654435769, h ^= h >> 16, h *= 2246822507, h ^= h >> 13, all modulo 2^32, u = h / 2^31 - 1. Parameter i (of all, in
/// the order of the schema) is u(i) / sqrt(inputs of one output element of its layer), input i is u(i + 10^8), element
/// i of the direction is u(i + 2 10^8); example b has the label b modulo the classes.
struct TrainingCase {
  std::string network;
  TrainingTask task = TrainingTask::step;
  std::size_t batch = 1;
};

/// Step of the gradient descent.
constexpr double learning_rate = 0.01;

/// A model made ready for a case, with everything that its calls read and write.
class TrainingWork {
 public:
  virtual ~TrainingWork() = default;
  virtual void call() = 0;
  /// Multiply-adds of the matrix products and convolutions of one call, borders and all, that no way to compute them
  /// directly can do without.
  virtual double multiply_adds() const = 0;
  /// What the last call wrote: the mean loss; the gradient of the parameters, or the derivative of the inputs' gradient
  /// for gradient_tangent; the parameters after it.
  virtual double loss() const = 0;
  virtual const std::vector<float>& result() const = 0;
  virtual const std::vector<float>& parameters() const = 0;
};

/// Throws Error(usage) on a network that there is not or an empty batch.
std::unique_ptr<TrainingWork> prepare(const TrainingCase& which);

}  // namespace tacit::bench
