#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

namespace tacit::models {

/// A rule that moves parameters against a gradient. Its state starts at zero; one object serves one run.
template <class T>
class Optimizer {
 public:
  virtual ~Optimizer() = default;
  /// One step in place. Both spans have the size that the optimizer was made for; no allocation.
  virtual void step(std::span<T> theta, std::span<const T> gradient, double learning_rate) = 0;
};

/// The rule and its numbers. Each rule uses its own and leaves the others alone.
struct OptimizerSettings {
  std::string name = "sgd";  ///< sgd, adam, adamw, adagrad, rmsprop
  double momentum = 0;       ///< sgd, rmsprop
  bool nesterov = false;     ///< sgd with a momentum
  /// All: lambda. Added to the gradient as lambda theta; for adamw theta shrinks by learning_rate lambda instead.
  double weight_decay = 0;
  double beta_1 = 0.9;    ///< adam, adamw: share that the mean gradient keeps each step
  double beta_2 = 0.999;  ///< adam, adamw, rmsprop (there 0.99 by default): the same of the mean squared gradient
  double epsilon = 1e-8;  ///< all but sgd (adagrad 1e-10 by default): added to the root of the squares

  /// What `name` starts from.
  static OptimizerSettings defaults(const std::string& name);
};

/// Names for make_optimizer.
const std::vector<std::string>& optimizer_names();

/// Throws Error(usage) naming the setting: an unknown name, a momentum or weight decay that is negative or not finite,
/// a beta outside [0, 1), an epsilon that is not positive, nesterov without momentum.
template <class T>
std::unique_ptr<Optimizer<T>> make_optimizer(const OptimizerSettings& settings, std::size_t size);

}  // namespace tacit::models
