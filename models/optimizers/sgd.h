#pragma once

#include <vector>

#include "models/optimizers/optimizer.h"

namespace tacit::models {

/// Gradient descent with heavy-ball momentum (Polyak 1964): v <- momentum v + g; theta <- theta - learning_rate v.
template <class T>
class Sgd final : public Optimizer<T> {
 public:
  Sgd(std::size_t size, double learning_rate, double momentum = 0)
      : learning_rate_(static_cast<T>(learning_rate)),
        momentum_(static_cast<T>(momentum)),
        velocity_(momentum == 0 ? 0 : size) {}

  void step(std::span<T> theta, std::span<const T> gradient) override {
    if (velocity_.empty()) {
      for (std::size_t i = 0; i < theta.size(); ++i) theta[i] -= learning_rate_ * gradient[i];
      return;
    }
    for (std::size_t i = 0; i < theta.size(); ++i) {
      velocity_[i] = momentum_ * velocity_[i] + gradient[i];
      theta[i] -= learning_rate_ * velocity_[i];
    }
  }

 private:
  T learning_rate_, momentum_;
  std::vector<T> velocity_;  ///< empty without momentum
};

}  // namespace tacit::models
