#pragma once

#include <vector>

#include "models/kernels/elementwise.h"
#include "models/kernels/optimizer_steps.h"
#include "models/optimizers/optimizer.h"

namespace tacit::models {

/// Gradient descent with heavy-ball momentum (Polyak 1964): with g the gradient + weight_decay theta,
///   v <- momentum v + g;   theta <- theta - learning_rate v,
/// or, by Nesterov's rule as Sutskever et al. (ICML 2013) write it, theta <- theta - learning_rate (g + momentum v).
template <class T>
class Sgd final : public Optimizer<T> {
 public:
  Sgd(std::size_t size, const OptimizerSettings& settings)
      : momentum_(static_cast<T>(settings.momentum)),
        weight_decay_(static_cast<T>(settings.weight_decay)),
        nesterov_(settings.nesterov),
        velocity_(settings.momentum == 0 ? 0 : size) {}

  void step(std::span<T> theta, std::span<const T> gradient, double learning_rate) override {
    const T rate = static_cast<T>(learning_rate);
    if (velocity_.empty()) return kernels::descend<T>(gradient, weight_decay_, rate, theta);
    kernels::momentum_step<T>({momentum_, weight_decay_, rate, nesterov_}, gradient, velocity_, theta);
  }

 private:
  T momentum_, weight_decay_;
  bool nesterov_;
  std::vector<T> velocity_;  ///< empty without momentum
};

}  // namespace tacit::models
