#include "models/optimizers/optimizer.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/error.h"
#include "models/allocations.h"

namespace tacit::models {
namespace {

using Values = std::vector<double>;

TEST(Sgd, StepsAgainstTheGradient) {
  const auto plain = make_optimizer<double>({}, 2);
  Values theta = {1, 2};
  plain->step(theta, Values{2, -4}, 0.5);
  EXPECT_EQ(theta, (Values{0, 4}));
}

TEST(Sgd, MomentumAddsUpAsAGeometricSeries) {
  const auto heavy = make_optimizer<double>({.momentum = 0.5}, 1);
  Values theta = {0};
  for (int i = 0; i < 3; ++i) heavy->step(theta, Values{1}, 1);
  EXPECT_DOUBLE_EQ(theta[0], -(1 + 1.5 + 1.75));
}

TEST(Sgd, NesterovLooksOneStepAhead) {
  const auto ahead = make_optimizer<double>({.momentum = 0.5, .nesterov = true}, 1);
  Values theta = {0};
  ahead->step(theta, Values{1}, 1);
  EXPECT_DOUBLE_EQ(theta[0], -1.5);
  ahead->step(theta, Values{1}, 1);
  EXPECT_DOUBLE_EQ(theta[0], -(1.5 + 1.75));
}

TEST(Optimizer, WeightDecayPullsTowardsZero) {
  const auto decaying = make_optimizer<double>({.weight_decay = 0.5}, 1);
  Values theta = {8};
  decaying->step(theta, Values{0}, 0.5);
  EXPECT_DOUBLE_EQ(theta[0], 6);
  // Without a gradient AdamW shrinks by learning_rate * weight_decay and nothing else.
  OptimizerSettings settings = OptimizerSettings::defaults("adamw");
  settings.weight_decay = 0.5;
  const auto decoupled = make_optimizer<double>(settings, 1);
  theta = {8};
  decoupled->step(theta, Values{0}, 0.5);
  EXPECT_DOUBLE_EQ(theta[0], 6);
}

/// A constant gradient makes both corrected moments exact, so each step is learning_rate * sign(g) but for epsilon.
TEST(Adam, StepsByTheLearningRateForAConstantGradient) {
  const auto adam = make_optimizer<double>(OptimizerSettings::defaults("adam"), 2);
  Values theta = {0, 0};
  for (int step = 1; step <= 20; ++step) {
    adam->step(theta, Values{3, -0.001}, 0.1);
    EXPECT_NEAR(theta[0], -0.1 * step, 1e-7);
    EXPECT_NEAR(theta[1], 0.1 * step, 1e-4);
  }
}

/// Algorithm 1 of Kingma and Ba, written out for one parameter.
TEST(Adam, FollowsThePublishedAlgorithm) {
  const auto adam = make_optimizer<double>(OptimizerSettings::defaults("adam"), 1);
  Values theta = {1};
  double expected = 1, m = 0, v = 0;
  for (int t = 1; t <= 50; ++t) {
    const double g = std::cos(0.3 * t) * expected;
    m = 0.9 * m + 0.1 * g;
    v = 0.999 * v + 0.001 * g * g;
    adam->step(theta, Values{std::cos(0.3 * t) * theta[0]}, 0.01);
    expected -= 0.01 * (m / (1 - std::pow(0.9, t))) / (std::sqrt(v / (1 - std::pow(0.999, t))) + 1e-8);
    ASSERT_NEAR(theta[0], expected, 1e-12);
  }
}

/// The squares add up, so a constant gradient gives steps of learning_rate / sqrt(t).
TEST(Adagrad, SlowsDownAsTheRootOfTheSteps) {
  const auto adagrad = make_optimizer<double>(OptimizerSettings::defaults("adagrad"), 1);
  Values theta = {0};
  double expected = 0;
  for (int t = 1; t <= 10; ++t) {
    adagrad->step(theta, Values{-3}, 0.1);
    expected += 0.1 / std::sqrt(t);
    ASSERT_NEAR(theta[0], expected, 1e-9);
  }
}

/// After one step the mean square is (1 - beta_2) g^2, whatever g.
TEST(Rmsprop, DividesByTheRootOfTheMeanSquare) {
  const auto rmsprop = make_optimizer<double>(OptimizerSettings::defaults("rmsprop"), 1);
  Values theta = {0};
  rmsprop->step(theta, Values{-5}, 0.1);
  EXPECT_NEAR(theta[0], 0.1 / std::sqrt(0.01), 1e-7);
}

struct Golden {
  OptimizerSettings settings;
  Values theta;  ///< after eight steps
};

OptimizerSettings with(const std::string& name, void (*change)(OptimizerSettings&)) {
  OptimizerSettings settings = OptimizerSettings::defaults(name);
  change(settings);
  return settings;
}

/// What Optax 0.2.8 (JAX 0.10.2, 64 bits) makes of the same gradients. Its sgd, adam, adamw and rmsprop (with
/// eps_in_sqrt = False) follow the same formulas; adagrad is its scale_by_rss from accumulators of zero.
TEST(Optimizer, AgreesWithOptax) {
  const std::vector<Golden> cases = {
      {OptimizerSettings::defaults("sgd"), {0.48277884035005997, -0.37032711554999026, 0.2970617622045011}},
      {with("sgd", [](auto& s) { s.momentum = 0.9; }), {-0.36872350609561383, 0.11808040949140493, 0.8617635499961293}},
      {with("sgd", [](auto& s) { s.momentum = 0.8, s.nesterov = true, s.weight_decay = 0.02; }),
       {0.008946004539107849, -0.004877016145540966, 0.6654321600593175}},
      {OptimizerSettings::defaults("adam"), {0.6446596216986669, -0.33341251208576, 0.5186486505101714}},
      {with("adam", [](auto& s) { s.beta_1 = 0.8, s.beta_2 = 0.95, s.epsilon = 1e-3, s.weight_decay = 0.1; }),
       {0.653323196672867, -0.3146924029913676, 0.48004299739552}},
      {with("adamw", [](auto& s) { s.weight_decay = 0.3; }),
       {0.5556306317551631, -0.2825171815308328, 0.4709460709828316}},
      {OptimizerSettings::defaults("adagrad"), {0.8333898884328383, -0.4151881175348581, 0.34309024585691555}},
      {with("adagrad", [](auto& s) { s.weight_decay = 0.2; }),
       {0.8297201031132903, -0.4036239728176798, 0.33271770550368035}},
      {OptimizerSettings::defaults("rmsprop"), {0.1900259823685288, -0.025749154578543543, 1.6311731110886405}},
      {with("rmsprop", [](auto& s) { s.momentum = 0.7, s.beta_2 = 0.9, s.epsilon = 1e-2, s.weight_decay = 0.1; }),
       {0.07537754844377306, 0.26089440027414135, 1.398854284893346}},
  };
  for (std::size_t number = 0; number < cases.size(); ++number) {
    SCOPED_TRACE("case " + std::to_string(number) + ", " + cases[number].settings.name);
    const auto optimizer = make_optimizer<double>(cases[number].settings, 3);
    Values theta = {1, -0.5, 0.25}, gradient(3);
    const Values slope = {2, 0.5, -0.25};
    for (int t = 0; t < 8; ++t) {
      for (std::size_t i = 0; i < 3; ++i)
        gradient[i] = slope[i] * theta[i] + std::cos(0.7 * t + static_cast<double>(i));
      optimizer->step(theta, gradient, 0.05);
    }
    // Where a gradient is small, the epsilon of adagrad differs from Optax's in the tenth digit.
    for (std::size_t i = 0; i < 3; ++i) EXPECT_NEAR(theta[i], cases[number].theta[i], 1e-9) << i;
  }
}

TEST(Optimizer, DoesNotAllocateInAStep) {
  for (const std::string& name : optimizer_names()) {
    SCOPED_TRACE(name);
    OptimizerSettings settings = OptimizerSettings::defaults(name);
    settings.momentum = 0.5;
    settings.weight_decay = 0.1;
    const auto optimizer = make_optimizer<float>(settings, 100);
    std::vector<float> theta(100, 1.0f);
    const std::vector<float> gradient(100, 0.5f);
    const std::size_t before = allocations();
    for (int step = 0; step < 5; ++step) optimizer->step(theta, gradient, 0.1);
    EXPECT_EQ(allocations(), before);
    EXPECT_LT(theta[0], 1.0f);
  }
}

TEST(Optimizer, RefusesWhatMakesNoSense) {
  const auto refused = [](const OptimizerSettings& settings, const std::string& piece) {
    try {
      make_optimizer<float>(settings, 1);
      ADD_FAILURE() << "accepted, expected: " << piece;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::usage);
      EXPECT_NE(std::string(error.what()).find(piece), std::string::npos) << error.what();
    }
  };
  refused({.name = "lbfgs"}, "lbfgs");
  refused({.momentum = -0.1}, "momentum is -0.1");
  refused({.nesterov = true}, "nesterov");
  refused({.weight_decay = std::nan("")}, "weight_decay is nan");
  refused({.name = "adam", .beta_1 = 1}, "beta_1 is 1");
  refused({.name = "rmsprop", .beta_2 = -1}, "beta_2 is -1");
  refused({.name = "adam", .epsilon = 0}, "epsilon is 0");
}

}  // namespace
}  // namespace tacit::models
