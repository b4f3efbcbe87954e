#include "evaluation/circuit_trial.h"

#include <cmath>
#include <numbers>

#include "attacks/attack.h"
#include "core/expect_error.h"

namespace tacit::evaluation {
namespace {

CircuitTrials chain() {
  return CircuitTrials({"qubits = 3\nencoding = \"angle\"\nlayers = 2\nobservables = \"z_mean\"\n", 3, {0, 1}});
}

TEST(CircuitTrials, RepeatAndKeepTheTruthApart) {
  const CircuitTrials trials = chain();
  const CircuitTrial a = trials.random(5), b = trials.random(5), c = trials.random(6);
  EXPECT_EQ(a.seen.update(), b.seen.update());
  EXPECT_EQ(a.truth.inputs, b.truth.inputs);
  EXPECT_NE(a.truth.inputs, c.truth.inputs);
  EXPECT_EQ(a.seen.kind(), attacks::UpdateKind::gradient);
  EXPECT_EQ(trials.random(5, 3).seen.examples(), 3u);
}

TEST(CircuitTrials, ShotsTendToTheExactGradient) {
  const CircuitTrials trials = chain();
  const CircuitTrial exact = trials.random(2);
  const auto distance = [&](std::size_t shots) {
    const CircuitTrial measured = trials.with_shots(exact, shots, 1);
    double sum = 0;
    for (std::size_t p = 0; p < exact.seen.update().size(); ++p)
      sum += std::pow(measured.seen.update()[p] - exact.seen.update()[p], 2);
    return std::sqrt(sum / static_cast<double>(exact.seen.update().size()));
  };
  // One shot of z_mean on 3 qubits has deviation of about 1 / sqrt(3), the factor 2 (y - t) is at most 4.
  EXPECT_LT(distance(100'000), 0.02);
  EXPECT_GT(distance(100), 3 * distance(100'000));
  expect_error([&] { trials.with_shots(trials.random(2, 2), 100, 1); }, ErrorKind::usage, {"one example"});
}

TEST(CircuitTrials, NoiseHasTheDeviationAskedFor) {
  const CircuitTrial exact = chain().random(3);
  double sum = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const CircuitTrial noisy = CircuitTrials::with_noise(exact, 0.1, seed);
    for (std::size_t p = 0; p < 12; ++p) sum += std::pow(noisy.seen.update()[p] - exact.seen.update()[p], 2);
  }
  EXPECT_NEAR(std::sqrt(sum / 2400), 0.1, 0.01);
}

TEST(Median, IsTheMiddle) {
  EXPECT_EQ(median({3, 1, 2}), 2);
  EXPECT_EQ(median({4, 1, 2, 3}), 2.5);
  EXPECT_TRUE(std::isnan(median({})));
}

}  // namespace
}  // namespace tacit::evaluation
