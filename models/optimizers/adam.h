#pragma once

#include <cmath>
#include <vector>

#include "models/optimizers/optimizer.h"

namespace tacit::models {

/// Adam (Kingma and Ba, ICLR 2015, Algorithm 1) with beta_1 = 0.9, beta_2 = 0.999, epsilon = 1e-8.
template <class T>
class Adam final : public Optimizer<T> {
 public:
  Adam(std::size_t size, double learning_rate) : learning_rate_(learning_rate), first_(size), second_(size) {}

  void step(std::span<T> theta, std::span<const T> gradient) override {
    constexpr double beta_1 = 0.9, beta_2 = 0.999;
    power_1_ *= beta_1;
    power_2_ *= beta_2;
    const T step_size = static_cast<T>(learning_rate_ / (1 - power_1_));
    const T correction = static_cast<T>(1 / std::sqrt(1 - power_2_));
    for (std::size_t i = 0; i < theta.size(); ++i) {
      const T g = gradient[i];
      first_[i] = T(beta_1) * first_[i] + T(1 - beta_1) * g;
      second_[i] = T(beta_2) * second_[i] + T(1 - beta_2) * g * g;
      theta[i] -= step_size * first_[i] / (std::sqrt(second_[i]) * correction + T(1e-8));
    }
  }

 private:
  double learning_rate_;
  double power_1_ = 1, power_2_ = 1;  ///< beta^t
  std::vector<T> first_, second_;     ///< moments
};

}  // namespace tacit::models
