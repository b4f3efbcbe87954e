#pragma once

#include <cmath>
#include <vector>

#include "models/kernels/optimizer_steps.h"
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
    const bool decoupled = kind_ == WeightDecay::decoupled;
    kernels::adam_step<T>({.keep_1 = static_cast<T>(settings_.beta_1),
                           .take_1 = static_cast<T>(1 - settings_.beta_1),
                           .keep_2 = static_cast<T>(settings_.beta_2),
                           .take_2 = static_cast<T>(1 - settings_.beta_2),
                           .penalty = static_cast<T>(decoupled ? 0 : settings_.weight_decay),
                           .shrink = static_cast<T>(decoupled ? 1 - learning_rate * settings_.weight_decay : 1),
                           .rate = static_cast<T>(learning_rate / (1 - power_1_)),
                           .correction = static_cast<T>(1 / std::sqrt(1 - power_2_)),
                           .epsilon = static_cast<T>(settings_.epsilon)},
                          gradient, first_, second_, theta);
  }

 private:
  OptimizerSettings settings_;
  WeightDecay kind_;
  double power_1_ = 1, power_2_ = 1;  ///< beta^t
  std::vector<T> first_, second_;     ///< moments
};

}  // namespace tacit::models
