#include "models/kernels/optimizer_steps.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "core/random.h"
#include "models/instruction_sets.h"

namespace tacit::models::kernels {
namespace {

template <class T>
std::vector<T> random_values(std::size_t size, std::uint32_t which) {
  RandomStream stream({23, Purpose::test, which});
  std::vector<T> values(size);
  for (T& value : values) value = static_cast<T>(stream.normal());
  return values;
}

template <class T>
void expect_momentum(std::size_t size, bool nesterov) {
  const MomentumStep<T> step{T(0.9), T(0.01), T(0.3), nesterov};
  const auto gradient = random_values<T>(size, 1), velocity = random_values<T>(size, 2),
             theta = random_values<T>(size, 3);
  auto new_velocity = velocity, new_theta = theta;
  momentum_step<T>(step, gradient, new_velocity, new_theta);
  for (std::size_t i = 0; i < size; ++i) {
    const T g = gradient[i] + step.weight_decay * theta[i];
    const T v = step.momentum * velocity[i] + g;
    ASSERT_EQ(new_velocity[i], v);
    ASSERT_EQ(new_theta[i], theta[i] - step.rate * (nesterov ? g + step.momentum * v : v));
  }
}

template <class T>
void expect_adam(std::size_t size) {
  const AdamStep<T> step{T(0.9), T(0.1), T(0.99), T(0.01), T(0.2), T(0.95), T(0.3), T(1.5), T(1e-3)};
  const auto gradient = random_values<T>(size, 1), first = random_values<T>(size, 2), theta = random_values<T>(size, 3);
  auto second = random_values<T>(size, 4);
  for (T& value : second) value *= value;
  auto new_first = first, new_second = second, new_theta = theta;
  adam_step<T>(step, gradient, new_first, new_second, new_theta);
  for (std::size_t i = 0; i < size; ++i) {
    const T g = gradient[i] + step.penalty * theta[i];
    const T m = step.keep_1 * first[i] + step.take_1 * g, v = step.keep_2 * second[i] + step.take_2 * g * g;
    ASSERT_EQ(new_first[i], m);
    ASSERT_EQ(new_second[i], v);
    ASSERT_EQ(new_theta[i], step.shrink * theta[i] - step.rate * m / (std::sqrt(v) * step.correction + step.epsilon));
  }
}

TEST(OptimizerSteps, AreTheirFormulasToTheBitOnEveryInstructionSet) {
  for_each_target([](auto target) {
    SCOPED_TRACE(hwy::TargetName(target));
    for (const std::size_t size : {1, 3, 8, 15, 16, 31, 33, 64}) {
      for (const bool nesterov : {false, true}) {
        expect_momentum<float>(size, nesterov);
        expect_momentum<double>(size, nesterov);
      }
      expect_adam<float>(size);
      expect_adam<double>(size);
    }
  });
}

}  // namespace
}  // namespace tacit::models::kernels
