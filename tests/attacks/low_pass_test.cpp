#include "attacks/solvers/low_pass.h"

#include <cmath>
#include <numbers>

#include "attacks/attack.h"
#include "attacks/attack_case.h"
#include "attacks/score.h"
#include "attacks/solvers/lbfgs.h"
#include "core/expect_error.h"

namespace tacit::attacks {
namespace {

using std::numbers::pi;

/// A bowl under ripples that trap whoever follows the derivative.
double rippled(std::span<const double> x) {
  double value = 0;
  for (const double v : x) value += v * v + 0.3 * (1 - std::cos(40 * v));
  return value;
}

MinimizationProblem rippled_problem() {
  MinimizationProblem problem;
  problem.value = rippled;
  problem.evaluate = [](std::span<const double> x, std::span<double> g) {
    for (std::size_t i = 0; i < x.size(); ++i) g[i] = 2 * x[i] + 12 * std::sin(40 * x[i]);
    return rippled(x);
  };
  return problem;
}

LowPassSettings smooth() {
  LowPassSettings settings;
  settings.iterations = 200;
  settings.step = 0.031;
  settings.window = 20;
  settings.threshold = 2;  // keep the window
  return settings;
}

TEST(LowPassSolver, PassesOverRipplesThatTrapADerivative) {
  const std::vector<double> start{1.3, -0.9};
  const Minimum trapped = Lbfgs({}).minimize(rippled_problem(), start, {});
  const Minimum passed = LowPass(smooth()).minimize(rippled_problem(), start, {});
  EXPECT_GT(trapped.value, 1);
  EXPECT_LT(passed.value, 0.3);
  LowPassSettings kalman = smooth();
  kalman.kalman = true;
  EXPECT_LT(LowPass(kalman).minimize(rippled_problem(), start, {}).value, 0.3);
}

TEST(LowPassSolver, OfAQuadraticIsGradientDescent) {
  // Central differences of a quadratic are exact at every offset: x <- x (1 - 2 rate).
  MinimizationProblem problem;
  problem.value = [](std::span<const double> x) { return x[0] * x[0]; };
  LowPassSettings settings;
  settings.iterations = 3;
  const Minimum minimum = LowPass(settings).minimize(problem, std::vector<double>{1}, {});
  EXPECT_NEAR(minimum.x[0], 0.8 * 0.8 * 0.8, 1e-12);
  EXPECT_EQ(minimum.evaluations, 1 + 3 * (2 * 16 + 1u));
}

TEST(LowPassSolver, TheKalmanFilterIsTheRecursion) {
  MinimizationProblem problem;
  problem.value = [](std::span<const double> x) { return x[0] * x[0]; };
  LowPassSettings settings;
  settings.iterations = 2;
  settings.kalman = true;
  // P = 1: predicted 2, gain 2/3, estimate 2/3 * 0.8; then P = 2/3: predicted 5/3, gain 5/8.
  const double first = 2.0 / 3 * 0.8, second = first + 5.0 / 8 * (0.8 * first - first);
  EXPECT_NEAR(LowPass(settings).minimize(problem, std::vector<double>{1}, {}).x[0], second, 1e-12);
}

TEST(LowPassSolver, HalvesItsWindowWhereProgressEnds) {
  // A constant never falls, so the windows are 4, 2, 1, 1: 2 N + 1 values each.
  MinimizationProblem problem;
  problem.value = [](std::span<const double>) { return 1.0; };
  LowPassSettings settings;
  settings.iterations = 4;
  settings.window = 4;
  EXPECT_EQ(LowPass(settings).minimize(problem, std::vector<double>{1}, {}).evaluations, 1u + 9 + 5 + 3 + 3);
}

TEST(LowPassSolver, ChecksItsProblem) {
  expect_error([] { LowPass({}).minimize({}, std::vector<double>{1}, {}); }, ErrorKind::usage, {"function"});
  expect_error([] { LowPass({}).minimize(rippled_problem(), {}, {}); }, ErrorKind::usage, {"variable"});
  expect_error([] { LowPass({}).minimize(rippled_problem(), std::vector<double>{NAN}, {}); }, ErrorKind::data,
               {"finite"});
}

TEST(LowPassAttack, RecoversTwoInputsAndNoneWithoutATrace) {
  const auto errors = [](const std::string& observables, const std::string& axis) {
    const std::string model =
        "loss = \"mean_squared_error\"\n[[layers]]\ntype = \"quantum\"\nqubits = 2\nencoding = \"angle\"\n"
        "encoding_axis = \"" +
        axis + "\"\nlayers = 3\nobservables = \"" + observables + "\"\n";
    std::size_t recovered = 0;
    for (std::uint64_t seed = 0; seed < 5; ++seed) {
      RecordedRun run(model, {2}, 2, fedsgd_toml, seed);
      run.set_theta(random_inputs(run.theta().size(), 0, 2 * pi, 50 + seed));
      const auto inputs = random_inputs(2, 0, pi, seed);
      const std::vector<std::int32_t> label{static_cast<std::int32_t>(seed % 2)};
      const AttackResult result = run_attack(run.observe_gradient(inputs, label), honest_but_curious({0, pi}, true),
                                             AttackSettings::from_catalog("low_pass"));
      recovered += score(result, {wide(inputs), label}, {{2}, Bounds{0, pi}, true}).mean_mse < 0.005 ? 1u : 0u;
    }
    return recovered;
  };
  EXPECT_GE(errors("z_mean", "x"), 4u);
  EXPECT_LE(errors("z_mean", "z"), 1u);  // R_Z on |0> leaves no trace
}

}  // namespace
}  // namespace tacit::attacks
