#include <numbers>

#include "attacks/random_vector.h"
#include "attacks/solvers/adam.h"
#include "attacks/solvers/inverse_hessian.h"
#include "attacks/solvers/lbfgs.h"
#include "attacks/solvers/solver.h"
#include "core/config.h"
#include "core/expect_error.h"

namespace tacit::attacks {
namespace {

/// sum_i 100 (x_{i+1} - x_i^2)^2 + (1 - x_i)^2, minimum 0 at all ones (Rosenbrock, Computer J. 3, 1960).
double rosenbrock(std::span<const double> x, std::span<double> gradient) {
  double value = 0;
  std::fill(gradient.begin(), gradient.end(), 0.0);
  for (std::size_t i = 0; i + 1 < x.size(); ++i) {
    const double a = x[i + 1] - x[i] * x[i], b = 1 - x[i];
    value += 100 * a * a + b * b;
    gradient[i] += -400 * a * x[i] - 2 * b;
    gradient[i + 1] += 200 * a;
  }
  return value;
}

/// sum_i c_i (x_i - t_i)^2 with curvatures c_i = 10^(i/2).
MinimizationProblem quadratic(std::vector<double> target) {
  return {[target](std::span<const double> x, std::span<double> gradient) {
            double value = 0;
            for (std::size_t i = 0; i < x.size(); ++i) {
              const double curvature = std::pow(10.0, 0.5 * static_cast<double>(i)), d = x[i] - target[i];
              value += curvature * d * d;
              gradient[i] = 2 * curvature * d;
            }
            return value;
          },
          {},
          {}};
}

Lbfgs lbfgs(std::size_t iterations = 500) {
  LbfgsSettings settings;
  settings.iterations = iterations;
  return Lbfgs(settings);
}

TEST(LbfgsSolver, MinimisesRosenbrockInTwoAndTwentyDimensions) {
  for (const std::size_t size : {2u, 20u}) {
    std::vector<double> start(size);
    for (std::size_t i = 0; i < size; ++i) start[i] = i % 2 == 0 ? -1.2 : 1.0;
    const Minimum minimum = lbfgs().minimize({rosenbrock, {}, {}}, start, {});
    for (const double x : minimum.x) EXPECT_NEAR(x, 1, 1e-8);
    EXPECT_LT(minimum.iterations, 60 + 10 * size);
    EXPECT_LT(minimum.value, 1e-18);
    EXPECT_GT(minimum.first_value, 20);
  }
}

TEST(LbfgsSolver, DoesNotDependOnTheScaleOfTheFunction) {
  for (const double scale : {1e-20, 1e20}) {
    const auto scaled = [scale](std::span<const double> x, std::span<double> gradient) {
      const double value = rosenbrock(x, gradient);
      for (double& g : gradient) g *= scale;
      return scale * value;
    };
    const Minimum minimum = lbfgs().minimize({scaled, {}, {}}, std::vector<double>{-1.2, 1}, {});
    EXPECT_NEAR(minimum.x[0], 1, 1e-7);
    EXPECT_NEAR(minimum.x[1], 1, 1e-7);
  }
}

TEST(LbfgsSolver, ReachesTheMinimumOfAnIllConditionedQuadratic) {
  const auto target = normal_vector(12, 1);
  const Minimum minimum = lbfgs().minimize(quadratic(target), normal_vector(12, 2), {});
  for (std::size_t i = 0; i < target.size(); ++i) EXPECT_NEAR(minimum.x[i], target[i], 1e-8);
}

TEST(LbfgsSolver, ReachesTheConstrainedMinimumOfAQuadratic) {
  // A separable quadratic has its constrained minimum at the projection of the free one.
  const auto target = normal_vector(12, 1);
  MinimizationProblem problem = quadratic(target);
  problem.low.assign(12, -0.5);
  problem.high.assign(12, 0.5);
  const Minimum minimum = lbfgs().minimize(problem, std::vector<double>(12, 3.0), {});
  for (std::size_t i = 0; i < target.size(); ++i) EXPECT_NEAR(minimum.x[i], std::clamp(target[i], -0.5, 0.5), 1e-6);
}

TEST(LbfgsSolver, ReachesTheConstrainedMinimumOfRosenbrock) {
  // With x <= 0.5 the minimum lies at (0.5, 0.25): value 0.25.
  const Minimum minimum = lbfgs().minimize({rosenbrock, {-2, -2}, {0.5, 2}}, std::vector<double>{-1.2, 1}, {});
  EXPECT_NEAR(minimum.x[0], 0.5, 1e-12);
  EXPECT_NEAR(minimum.x[1], 0.25, 1e-6);
  EXPECT_NEAR(minimum.value, 0.25, 1e-10);
}

TEST(LbfgsSolver, StepsBackFromWhereTheFunctionIsNotFinite) {
  // -log(x) + x has its minimum at 1 and no value at x <= 0, where the first step leads.
  const auto barrier = [](std::span<const double> x, std::span<double> gradient) {
    gradient[0] = 1 - 1 / x[0];
    return x[0] > 0 ? x[0] - std::log(x[0]) : std::nan("");
  };
  LbfgsSettings settings;
  settings.first_step = 100;
  const Minimum minimum = Lbfgs(settings).minimize({barrier, {}, {}}, std::vector<double>{5}, {});
  EXPECT_NEAR(minimum.x[0], 1, 1e-6);
}

TEST(LbfgsSolver, StopsAtTheTargetAndAtTheIterationLimit) {
  LbfgsSettings settings;
  settings.target = 0.1;
  const Minimum reached = Lbfgs(settings).minimize({rosenbrock, {}, {}}, std::vector<double>{-1.2, 1}, {});
  EXPECT_EQ(reached.reason, StopReason::target_reached);
  EXPECT_LE(reached.value, 0.1);
  const Minimum cut = lbfgs(3).minimize({rosenbrock, {}, {}}, std::vector<double>{-1.2, 1}, {});
  EXPECT_EQ(cut.reason, StopReason::iterations);
  EXPECT_EQ(cut.iterations, 3u);
}

TEST(LbfgsSolver, EndsWhereNothingCanBeGained) {
  const auto flat = [](std::span<const double>, std::span<double> gradient) {
    gradient[0] = 1;  // promises a descent that never comes
    return 3.0;
  };
  const Minimum minimum = lbfgs().minimize({flat, {}, {}}, std::vector<double>{0}, {});
  EXPECT_EQ(minimum.reason, StopReason::no_progress);
  EXPECT_EQ(minimum.x[0], 0);
}

TEST(AdamSolver, FollowsThePublishedUpdate) {
  // First step of Adam: learning_rate * g / (|g| + epsilon), whatever the gradient's size.
  AdamSettings settings;
  settings.iterations = 1;
  settings.learning_rate = 0.25;
  const Minimum minimum = Adam(settings).minimize(quadratic({0, 0}), std::vector<double>{2, -3}, {});
  EXPECT_NEAR(minimum.x[0], 1.75, 1e-7);
  EXPECT_NEAR(minimum.x[1], -2.75, 1e-7);
}

TEST(AdamSolver, MinimisesAQuadraticWithAndWithoutSigns) {
  for (const bool sign : {false, true}) {
    AdamSettings settings;
    settings.iterations = 2000;
    settings.learning_rate = 0.05;
    settings.sign = sign;
    settings.schedule = AdamSettings::Schedule::cosine;
    const auto target = normal_vector(6, 1);
    const Minimum minimum = Adam(settings).minimize(quadratic(target), normal_vector(6, 2), {});
    for (std::size_t i = 0; i < target.size(); ++i) EXPECT_NEAR(minimum.x[i], target[i], 1e-3) << sign;
  }
}

TEST(AdamSolver, TheSoftSignFollowsItsFormula) {
  AdamSettings settings;
  settings.iterations = 4;
  settings.soft_sign = true;
  const Adam adam(settings);
  // tanh(2) and 2 tanh(1), from tables; 1 / s bounds large components, small ones pass.
  EXPECT_NEAR(adam.followed(2, 0), 0.9640275800758169, 1e-15);
  EXPECT_NEAR(adam.followed(2, 2), 1.5231883119115297, 1e-15);
  EXPECT_NEAR(adam.followed(-1e9, 3), -4, 1e-15);
  EXPECT_NEAR(adam.followed(1e-9, 0), 1e-9, 1e-24);
  EXPECT_EQ(adam.followed(0, 1), 0);

  // Two steps of the published update, by hand: Adam over c_t = tanh(s_t g_t) / s_t, s = 1, 1/2, with g = x on
  // f = x^2 / 2 from x = 3.
  settings.iterations = 2;
  settings.learning_rate = 0.5;
  const auto half_square = [](std::span<const double> x, std::span<double> gradient) {
    gradient[0] = x[0];
    return 0.5 * x[0] * x[0];
  };
  const double c1 = std::tanh(3.0), x1 = 3 - 0.5 * c1 / (c1 + 1e-8), c2 = std::tanh(0.5 * x1) / 0.5;
  const double mean = (0.9 * 0.1 * c1 + 0.1 * c2) / (1 - 0.81);
  const double root = std::sqrt((0.999 * 0.001 * c1 * c1 + 0.001 * c2 * c2) / (1 - 0.999 * 0.999));
  const Minimum minimum = Adam(settings).minimize({half_square, {}, {}}, std::vector<double>{3}, {});
  EXPECT_NEAR(minimum.x[0], x1 - 0.5 * mean / (root + 1e-8), 1e-12);
}

/// A wall of slope 1e6 at the start makes the mean square of plain Adam so large that it hardly moves for a thousand
/// iterations; the soft sign cuts the wall off.
TEST(AdamSolver, TheSoftSignForgetsAWall) {
  const auto wall = [](std::span<const double> x, std::span<double> gradient) {
    const bool behind = x[0] > 2.95;
    gradient[0] = behind ? 1e6 : 2 * x[0];
    return behind ? 2.95 * 2.95 + 1e6 * (x[0] - 2.95) : x[0] * x[0];
  };
  AdamSettings settings;
  settings.iterations = 400;
  settings.learning_rate = 0.05;
  settings.schedule = AdamSettings::Schedule::cosine;
  const auto end = [&] { return Adam(settings).minimize({wall, {}, {}}, std::vector<double>{3}, {}).x[0]; };
  EXPECT_GT(std::abs(end()), 1.0);
  settings.soft_sign = true;
  EXPECT_NEAR(end(), 0, 1e-3);
}

TEST(AdamSolver, StaysInsideTheBounds) {
  MinimizationProblem problem = quadratic({2.0, -2.0});
  problem.low = {-1, -1};
  problem.high = {1, 1};
  const auto inner = problem.evaluate;
  problem.evaluate = [&](std::span<const double> x, std::span<double> gradient) {
    for (const double value : x) EXPECT_LE(std::abs(value), 1.0);
    return inner(x, gradient);
  };
  AdamSettings settings;
  settings.iterations = 200;
  const Minimum minimum = Adam(settings).minimize(problem, std::vector<double>{5, 5}, {});
  EXPECT_EQ(minimum.x, (std::vector<double>{1, -1}));
}

TEST(AdamSolver, SchedulesAsDeclared) {
  AdamSettings settings;
  settings.iterations = 800;
  settings.learning_rate = 0.1;
  settings.schedule = AdamSettings::Schedule::step;
  const Adam step(settings);
  EXPECT_DOUBLE_EQ(step.rate(299), 0.1);
  EXPECT_DOUBLE_EQ(step.rate(300), 0.01);
  EXPECT_NEAR(step.rate(500), 1e-3, 1e-15);
  EXPECT_NEAR(step.rate(799), 1e-4, 1e-15);
  settings.schedule = AdamSettings::Schedule::cosine;
  EXPECT_DOUBLE_EQ(Adam(settings).rate(0), 0.1);
  EXPECT_NEAR(Adam(settings).rate(400), 0.05, 1e-12);
}

class EverySolver : public ::testing::TestWithParam<const char*> {
 protected:
  std::unique_ptr<const Solver> solver_ =
      make_solver(ConfigTable::parse_text("name = \"" + std::string(GetParam()) + "\"\niterations = 300", "test.toml"));
};

TEST_P(EverySolver, GivesTheSameBitsForTheSameStart) {
  const Minimum first = solver_->minimize({rosenbrock, {}, {}}, std::vector<double>{-1.2, 1}, {});
  solver_->minimize({rosenbrock, {}, {}}, std::vector<double>{0.3, 2}, {});
  const Minimum second = solver_->minimize({rosenbrock, {}, {}}, std::vector<double>{-1.2, 1}, {});
  EXPECT_EQ(first.x, second.x);
  EXPECT_EQ(first.value, second.value);
}

TEST_P(EverySolver, ReturnsTheBestPointItSaw) {
  double best = std::numeric_limits<double>::infinity();
  const auto watched = [&](std::span<const double> x, std::span<double> gradient) { return rosenbrock(x, gradient); };
  SolverWatch watch;
  watch.progress = [&](std::size_t, double value) { best = std::min(best, value); };
  const Minimum minimum = solver_->minimize({watched, {}, {}}, std::vector<double>{-1.2, 1}, watch);
  std::vector<double> gradient(2);
  EXPECT_EQ(minimum.value, rosenbrock(minimum.x, gradient));
  EXPECT_EQ(minimum.value, std::min(best, minimum.first_value));
}

TEST_P(EverySolver, StopsWhenAsked) {
  std::size_t iterations = 0;
  SolverWatch watch;
  watch.progress = [&](std::size_t iteration, double) { iterations = iteration; };
  watch.should_stop = [&] { return iterations == 5; };
  const Minimum minimum = solver_->minimize({rosenbrock, {}, {}}, std::vector<double>{-1.2, 1}, watch);
  EXPECT_EQ(minimum.reason, StopReason::asked_to_stop);
  EXPECT_EQ(minimum.iterations, 5u);
}

TEST_P(EverySolver, RefusesBadProblems) {
  const auto undefined = [](std::span<const double>, std::span<double>) { return std::nan(""); };
  expect_error(
      [&] {
        solver_->minimize({undefined, {}, {}}, std::vector<double>{0}, {});
      },
      ErrorKind::data, {"not finite at the start"});
  expect_error([&] { solver_->minimize({rosenbrock, {}, {}}, {}, {}); }, ErrorKind::usage, {"at least one"});
  expect_error(
      [&] {
        solver_->minimize({rosenbrock, {1, 1}, {0, 2}}, std::vector<double>{0, 0}, {});
      },
      ErrorKind::usage, {"variable 0", "[1, 0]"});
  expect_error(
      [&] {
        solver_->minimize({rosenbrock, {1}, {2}}, std::vector<double>{0, 0}, {});
      },
      ErrorKind::usage, {"2 variables"});
}

INSTANTIATE_TEST_SUITE_P(All, EverySolver, ::testing::Values("adam", "lbfgs"));

TEST(InverseHessianApproximation, SolvesTheSecantEquation) {
  InverseHessian inverse(5);
  const std::vector<double> step{1, 2, -1}, change{2, 1, 0.5};
  inverse.update(step, change);
  std::vector<double> v = change;
  inverse.multiply(v);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_NEAR(v[i], step[i], 1e-14);
}

TEST(InverseHessianApproximation, IgnoresPairsWithoutCurvature) {
  InverseHessian inverse(5);
  inverse.update({1, 0}, {-1, 0});
  inverse.update({1, 0}, {0, 1});
  EXPECT_TRUE(inverse.empty());
}

TEST(SolverRegistry, RefusesUnknownNamesAndBadNumbers) {
  const auto make = [](const char* text) { make_solver(ConfigTable::parse_text(text, "test.toml")); };
  expect_error([&] { make("name = \"newton\"\niterations = 1"); }, ErrorKind::configuration, {"adam", "lbfgs"});
  expect_error([&] { make("name = \"adam\"\niterations = 0"); }, ErrorKind::configuration,
               {"iterations", "test.toml:2"});
  expect_error([&] { make("name = \"adam\"\niterations = 1\nsign = true\nsoft_sign = true"); },
               ErrorKind::configuration, {"soft_sign", "test.toml:4", "sign = true"});
  AdamSettings both;
  both.sign = both.soft_sign = true;
  expect_error([&] { Adam{both}; }, ErrorKind::usage, {"not both"});
}

TEST(Adam, WarmsUp) {
  AdamSettings settings;
  settings.learning_rate = 0.8;
  settings.warm_up = 4;
  const Adam adam(settings);
  EXPECT_DOUBLE_EQ(adam.rate(0), 0.2);
  EXPECT_DOUBLE_EQ(adam.rate(2), 0.6);
  EXPECT_DOUBLE_EQ(adam.rate(3), 0.8);
  EXPECT_DOUBLE_EQ(adam.rate(500), 0.8);
}

/// A bowl: noise is drawn from the starting point, and the best point is kept all the same.
TEST(Adam, AddsNoiseThatTheStartDecides) {
  MinimizationProblem bowl;
  bowl.evaluate = [](std::span<const double> x, std::span<double> g) {
    g[0] = 2 * x[0];
    return x[0] * x[0];
  };
  AdamSettings settings;
  settings.iterations = 50;
  const auto end = [&](double start) { return Adam(settings).minimize(bowl, std::vector<double>{start}, {}).x[0]; };
  const double calm = end(1);
  settings.noise = 0.5;
  EXPECT_NE(end(1), calm);
  EXPECT_EQ(end(1), end(1));
  EXPECT_LT(std::abs(end(1)), 0.1);
}

/// Narrow valleys and turned axes do not hold it up: the shape of its samples learns them.
TEST(CmaEs, FindsMinimaWithoutGradients) {
  MinimizationProblem rosenbrock;
  rosenbrock.evaluate = [](std::span<const double> x, std::span<double> g) {
    std::ranges::fill(g, 0.0);  // nobody asks
    double sum = 0;
    for (std::size_t i = 0; i + 1 < x.size(); ++i)
      sum += 100 * std::pow(x[i + 1] - x[i] * x[i], 2) + std::pow(1 - x[i], 2);
    return sum;
  };
  const auto solver =
      make_solver(ConfigTable::parse_text("name = \"cma_es\"\niterations = 2000\ntarget = 1e-20", "t.toml"));
  const std::vector<double> start(6, 0.0);
  const Minimum minimum = solver->minimize(rosenbrock, start, {});
  EXPECT_EQ(minimum.reason, StopReason::target_reached);
  for (const double value : minimum.x) EXPECT_NEAR(value, 1, 1e-9);
  EXPECT_EQ(minimum.x, solver->minimize(rosenbrock, start, {}).x);

  rosenbrock.low.assign(6, -1.0);
  rosenbrock.high.assign(6, 0.5);
  for (const double value : solver->minimize(rosenbrock, start, {}).x) {
    EXPECT_GE(value, -1);
    EXPECT_LE(value, 0.5);
  }
}

TEST(CmaEs, RefusesManyVariablesAndTinyPopulations) {
  MinimizationProblem flat;
  flat.evaluate = [](std::span<const double>, std::span<double> g) {
    std::ranges::fill(g, 0.0);
    return 1.0;
  };
  const auto made = [](const char* text) { return make_solver(ConfigTable::parse_text(text, "t.toml")); };
  const auto solver = made("name = \"cma_es\"\niterations = 1");
  expect_error([&] { solver->minimize(flat, std::vector<double>(2001), {}); }, ErrorKind::configuration,
               {"2000 variables", "2001"});
  expect_error([&] { made("name = \"cma_es\"\niterations = 1\npopulation = 2"); }, ErrorKind::configuration,
               {"population"});
}

}  // namespace
}  // namespace tacit::attacks
