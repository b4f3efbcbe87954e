#pragma once

#include <cmath>
#include <vector>

#include "models/optimizers/optimizer.h"

namespace tacit::models {

enum class WeightDecay {
  in_the_gradient,  ///< g + lambda theta: Adam with an L2 penalty
  decoupled         ///< theta <- (1 - learning_rate lambda) theta first: AdamW (Loshchilov and Hutter, ICLR 2019)
};

/// Adam (Kingma and Ba, ICLR 2015, Algorithm 1):
///   m <- beta_1 m + (1 - beta_1) g,   v <- beta_2 v + (1 - beta_2) g^2,
///   theta <- theta - learning_rate m / (1 - beta_1^t) / (sqrt(v / (1 - beta_2^t)) + epsilon).
template <class T>
class Adam final : public Optimizer<T> {
 public:
  Adam(std::size_t size, const OptimizerSettings& settings, WeightDecay kind)
      : settings_(settings), kind_(kind), first_(size), second_(size) {}

  void step(std::span<T> theta, std::span<const T> gradient, double learning_rate) override {
    power_1_ *= settings_.beta_1;
    power_2_ *= settings_.beta_2;
    const T step_size = static_cast<T>(learning_rate / (1 - power_1_));
    const T correction = static_cast<T>(1 / std::sqrt(1 - power_2_));
    const T keep_1 = static_cast<T>(settings_.beta_1), take_1 = static_cast<T>(1 - settings_.beta_1);
    const T keep_2 = static_cast<T>(settings_.beta_2), take_2 = static_cast<T>(1 - settings_.beta_2);
    const T epsilon = static_cast<T>(settings_.epsilon);
    const bool decoupled = kind_ == WeightDecay::decoupled;
    const T shrink = static_cast<T>(decoupled ? 1 - learning_rate * settings_.weight_decay : 1);
    const T penalty = static_cast<T>(decoupled ? 0 : settings_.weight_decay);
    for (std::size_t i = 0; i < theta.size(); ++i) {
      const T g = gradient[i] + penalty * theta[i];
      first_[i] = keep_1 * first_[i] + take_1 * g;
      second_[i] = keep_2 * second_[i] + take_2 * g * g;
      theta[i] = shrink * theta[i] - step_size * first_[i] / (std::sqrt(second_[i]) * correction + epsilon);
    }
  }

 private:
  OptimizerSettings settings_;
  WeightDecay kind_;
  double power_1_ = 1, power_2_ = 1;  ///< beta^t
  std::vector<T> first_, second_;     ///< moments
};

}  // namespace tacit::models
