#include "attacks/landscape/match_slice.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "attacks/attack_case.h"
#include "core/expect_error.h"

namespace tacit::attacks {
namespace {

constexpr const char* one_qubit = R"(
loss = "mean_squared_error"
[[layers]]
type = "quantum"
qubits = 1
layers = 1
encoding = "angle"
encoding_axis = "y"
ansatz = "pauli_rotations"
ansatz_strings = ["Y"]
observables = "z_first"
)";

/// y = cos(x + theta), so with the label +1 the gradient is g(x) = -2 (cos(x + theta) - 1) sin(x + theta).
TEST(MatchSlice, IsTheDistanceOfAKnownGradient) {
  RecordedRun run(one_qubit, {1}, 2);
  run.set_theta({0.4f});
  const std::vector<float> truth{1.3f};
  const Observation seen = run.observe_gradient(truth, std::vector<std::int32_t>{1});
  const auto slice =
      match_slice(seen, honest_but_curious({0, 6}, true), wide(truth), std::vector<std::int32_t>{1}, 0, {0, 6}, 61);
  ASSERT_EQ(slice.size(), 62u) << "the truth stands among the steps";
  const auto g = [](double x) {
    const double angle = x + static_cast<double>(0.4f);
    return -2 * (std::cos(angle) - 1) * std::sin(angle);
  };
  const double observed = g(static_cast<double>(truth[0]));
  for (const auto& [x, value] : slice) {
    if (value < -10) {
      EXPECT_LT(std::abs(g(x) - observed), 1e-5 * std::abs(observed)) << x;
      continue;
    }
    EXPECT_NEAR(value, std::log10(std::pow((g(x) - observed) / observed, 2)), 1e-3) << x;
  }
  const auto least = std::ranges::min_element(slice, {}, [](const auto& point) { return point.second; });
  EXPECT_EQ(least->first, static_cast<double>(truth[0]));
}

TEST(MatchSlice, RefusesWhatItCannotDraw) {
  RecordedRun run(one_qubit, {1}, 2);
  const Observation seen = run.observe_gradient(std::vector<float>{1.3f}, std::vector<std::int32_t>{1});
  const std::vector<double> point{1.3}, wrong{1, 2};
  const std::vector<std::int32_t> label{1};
  const ThreatModel known = honest_but_curious({0, 6}, true);
  expect_error([&] { match_slice(seen, known, point, label, 1, {0, 6}, 9); }, ErrorKind::usage, {"feature 1 of 1"});
  expect_error([&] { match_slice(seen, known, point, label, 0, {0, 6}, 1); }, ErrorKind::usage, {"1 points"});
  expect_error([&] { match_slice(seen, known, wrong, label, 0, {0, 6}, 9); }, ErrorKind::usage, {"1", "2"});
  ThreatModel blind = known;
  blind.observes = View::aggregate;
  expect_error(
      [&] {
        match_slice(seen, blind, point, label, 0, {0, 6}, 9);
      },
      ErrorKind::configuration, {"the landscape", "single client"});
}

}  // namespace
}  // namespace tacit::attacks
