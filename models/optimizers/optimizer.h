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
  virtual void step(std::span<T> theta, std::span<const T> gradient) = 0;
};

/// Names for make_optimizer: "sgd", "adam".
const std::vector<std::string>& optimizer_names();

/// Throws Error(usage) on an unknown name. Only sgd uses the momentum.
template <class T>
std::unique_ptr<Optimizer<T>> make_optimizer(const std::string& name, std::size_t size, double learning_rate,
                                             double momentum = 0);

}  // namespace tacit::models
