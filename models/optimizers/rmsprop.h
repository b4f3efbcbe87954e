#pragma once

#include <cmath>
#include <vector>

#include "models/optimizers/optimizer.h"

namespace tacit::models {

/// RMSProp (Tieleman and Hinton, lecture 6.5 of "Neural Networks for Machine Learning", 2012): with g the gradient +
/// weight_decay theta,
///   s <- beta_2 s + (1 - beta_2) g^2;   v <- momentum v + g / (sqrt(s) + epsilon);   theta <- theta - learning_rate v.
template <class T>
class Rmsprop final : public Optimizer<T> {
 public:
  Rmsprop(std::size_t size, const OptimizerSettings& settings)
      : keep_(static_cast<T>(settings.beta_2)),
        take_(static_cast<T>(1 - settings.beta_2)),
        momentum_(static_cast<T>(settings.momentum)),
        weight_decay_(static_cast<T>(settings.weight_decay)),
        epsilon_(static_cast<T>(settings.epsilon)),
        squares_(size),
        velocity_(settings.momentum == 0 ? 0 : size) {}

  void step(std::span<T> theta, std::span<const T> gradient, double learning_rate) override {
    const T rate = static_cast<T>(learning_rate);
    for (std::size_t i = 0; i < theta.size(); ++i) {
      const T g = gradient[i] + weight_decay_ * theta[i];
      squares_[i] = keep_ * squares_[i] + take_ * g * g;
      const T scaled = g / (std::sqrt(squares_[i]) + epsilon_);
      theta[i] -= rate * (velocity_.empty() ? scaled : velocity_[i] = momentum_ * velocity_[i] + scaled);
    }
  }

 private:
  T keep_, take_, momentum_, weight_decay_, epsilon_;
  std::vector<T> squares_, velocity_;  ///< no velocity without momentum
};

}  // namespace tacit::models
