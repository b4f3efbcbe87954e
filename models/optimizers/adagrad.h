#pragma once

#include <cmath>
#include <vector>

#include "models/optimizers/optimizer.h"

namespace tacit::models {

/// AdaGrad (Duchi, Hazan, Singer, JMLR 12, 2121 (2011), diagonal form): with g the gradient + weight_decay theta,
///   s <- s + g^2;   theta <- theta - learning_rate g / (sqrt(s) + epsilon).
template <class T>
class Adagrad final : public Optimizer<T> {
 public:
  Adagrad(std::size_t size, const OptimizerSettings& settings)
      : weight_decay_(static_cast<T>(settings.weight_decay)),
        epsilon_(static_cast<T>(settings.epsilon)),
        squares_(size) {}

  void step(std::span<T> theta, std::span<const T> gradient, double learning_rate) override {
    const T rate = static_cast<T>(learning_rate);
    for (std::size_t i = 0; i < theta.size(); ++i) {
      const T g = gradient[i] + weight_decay_ * theta[i];
      squares_[i] += g * g;
      theta[i] -= rate * g / (std::sqrt(squares_[i]) + epsilon_);
    }
  }

 private:
  T weight_decay_, epsilon_;
  std::vector<T> squares_;
};

}  // namespace tacit::models
