#pragma once

#include <span>

namespace tacit::models::kernels {

// Steps of optimizers in place, T = float or double; spans of one call have equal sizes. Each operation is rounded, so
// that the bits are those of the formulas as written.

/// g = gradient + weight_decay theta; velocity = momentum velocity + g; theta -= rate velocity, or with `nesterov`
/// rate (g + momentum velocity).
template <class T>
struct MomentumStep {
  T momentum, weight_decay, rate;
  bool nesterov;
};
template <class T>
void momentum_step(const MomentumStep<T>& step, std::span<const T> gradient, std::span<T> velocity, std::span<T> theta);

/// g = gradient + penalty theta; first = keep_1 first + take_1 g; second = keep_2 second + take_2 g g;
/// theta = shrink theta - rate first / (sqrt(second) correction + epsilon).
template <class T>
struct AdamStep {
  T keep_1, take_1, keep_2, take_2, penalty, shrink, rate, correction, epsilon;
};
template <class T>
void adam_step(const AdamStep<T>& step, std::span<const T> gradient, std::span<T> first, std::span<T> second,
               std::span<T> theta);

}  // namespace tacit::models::kernels
