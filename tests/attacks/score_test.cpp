#include "attacks/score.h"

#include <numbers>

#include "attacks/baselines.h"
#include "attacks/metrics/image_error.h"
#include "attacks/random_vector.h"
#include "attacks/recorded_run.h"
#include "core/expect_error.h"

namespace tacit::attacks {
namespace {

const Features pixels{{1, 2, 2}, Bounds{0, 1}, false};

TEST(Scores, MatchABatchInWhateverOrderItCame) {
  const GroundTruth truth{uniform_vector(12, 0, 1, 1), {4, 5, 6}};
  std::vector<double> shuffled(truth.inputs.begin() + 4, truth.inputs.end());
  shuffled.insert(shuffled.end(), truth.inputs.begin(), truth.inputs.begin() + 4);
  shuffled[0] += 0.1;  // reconstruction 0 is true example 1
  const Score result = score(shuffled, std::vector<std::int32_t>{5, 6, 4}, truth, pixels);
  ASSERT_EQ(result.examples.size(), 3u);
  EXPECT_EQ(result.examples[0].reconstruction, 2u);
  EXPECT_EQ(result.examples[1].reconstruction, 0u);
  EXPECT_EQ(result.examples[2].reconstruction, 1u);
  EXPECT_EQ(result.examples[0].mse, 0);
  EXPECT_EQ(result.examples[0].psnr, std::numeric_limits<double>::infinity());
  EXPECT_NEAR(result.examples[1].mse, 0.0025, 1e-12);
  EXPECT_NEAR(*result.examples[1].psnr, 10 * std::log10(1 / 0.0025), 1e-9);
  EXPECT_NEAR(result.examples[1].largest_error, 0.1, 1e-12);
  EXPECT_NEAR(result.mean_mse, 0.0025 / 3, 1e-12);
  EXPECT_EQ(result.best_mse, 0);
  EXPECT_TRUE(std::isfinite(*result.mean_psnr));
  EXPECT_EQ(result.label_accuracy, 1);
  EXPECT_NEAR(*result.best_ssim, 1, 1e-12);
}

TEST(Scores, LeaveASurplusUnmatched) {
  const GroundTruth two{{0, 0, 0, 0, 1, 1, 1, 1}, {0, 1}};
  const Score fewer = score(std::vector<double>{1, 1, 1, 1}, {}, two, pixels);
  ASSERT_EQ(fewer.examples.size(), 1u);
  EXPECT_EQ(fewer.examples[0].truth, 1u);
  const GroundTruth one{{1, 1, 1, 1}, {0}};
  const Score more = score(std::vector<double>{0, 0, 0, 0, 1, 1, 1, 1}, {}, one, pixels);
  ASSERT_EQ(more.examples.size(), 1u);
  EXPECT_EQ(more.examples[0].reconstruction, 1u);
}

TEST(Scores, CompareAnglesOnTheCircle) {
  const Features angles{{2}, Bounds{0, 2 * std::numbers::pi}, true};
  const Score result = score(std::vector<double>{2 * std::numbers::pi + 0.1, -0.2}, {},
                             GroundTruth{{0.0, 2 * std::numbers::pi}, {1}}, angles);
  EXPECT_NEAR(result.examples[0].largest_error, 0.2, 1e-12);
  EXPECT_NEAR(result.mean_mse, (0.01 + 0.04) / 2, 1e-12);
  EXPECT_NEAR(*result.mean_psnr, 10 * std::log10(4 * std::numbers::pi * std::numbers::pi / 0.025), 1e-9);
  EXPECT_FALSE(result.mean_ssim) << "two features are no image";
}

TEST(Scores, ImagesOfAnglesAreComparedWithoutJumpsOfAFullTurn) {
  const Features image{{1, 2, 2}, Bounds{0, std::numbers::pi}, true};
  const std::vector<double> truth{0.0, 1.0, 2.0, 3.0};
  std::vector<double> turned = truth;
  turned[0] += 2 * std::numbers::pi;
  turned[3] -= 4 * std::numbers::pi;
  const Score result = score(turned, {}, GroundTruth{truth, {1}}, image);
  EXPECT_NEAR(*result.mean_ssim, 1.0, 1e-9);
  EXPECT_GT(*result.mean_psnr, 200.0 - 1e-9);
}

TEST(Scores, ADivergedReconstructionIsInfinitelyBadAndTakesNoPlace) {
  const double nan = std::nan("");
  const GroundTruth truth{{0, 0, 0, 0, 1, 1, 1, 1}, {0, 1}};
  const Score result = score(std::vector<double>{nan, nan, nan, nan, 0, 0, 0, 0}, {}, truth, pixels);
  EXPECT_EQ(result.examples[0].mse, 0);
  EXPECT_EQ(result.examples[1].mse, std::numeric_limits<double>::infinity());
  EXPECT_EQ(result.examples[1].largest_error, std::numeric_limits<double>::infinity());
  EXPECT_EQ(result.diverged, 1u);
  EXPECT_EQ(result.mean_mse, 0) << "the mean is that of what is finite";
  EXPECT_EQ(*result.mean_psnr, exact_psnr);
  EXPECT_TRUE(std::isfinite(*result.mean_ssim));
  EXPECT_FALSE(result.examples[1].ssim);

  const Score none = score(std::vector<double>(8, nan), {}, truth, pixels);
  EXPECT_EQ(none.diverged, 2u);
  EXPECT_EQ(none.mean_mse, std::numeric_limits<double>::infinity());
  EXPECT_FALSE(none.mean_psnr);
  EXPECT_FALSE(none.mean_registered_psnr);
  EXPECT_FALSE(none.mean_ssim);
}

TEST(Scores, RefuseSizesThatDoNotFit) {
  expect_error(
      [] {
        score(std::vector<double>(5), {}, {std::vector<double>(4), {0}}, pixels);
      },
      ErrorKind::usage, {"5", "4"});
  expect_error(
      [] {
        score(std::vector<double>(), {}, {std::vector<double>(4), {0}}, pixels);
      },
      ErrorKind::usage, {"0"});
}

TEST(Outcomes, TellAmbiguousFromStuck) {
  EXPECT_EQ(outcome_of(0.04, 1e-3, 1), Outcome::recovered);
  EXPECT_EQ(outcome_of(0.1, 1e-3, 1), Outcome::close);
  EXPECT_EQ(outcome_of(1.0, 1e-12, 1), Outcome::ambiguous);
  EXPECT_EQ(outcome_of(1.0, 1e-3, 1), Outcome::stuck);
  EXPECT_EQ(outcome_of(1.0, 1e-12, 1e-9), Outcome::stuck);
}

TEST(Baselines, GreyAndMeanRepeatOneExample) {
  EXPECT_EQ(grey_baseline({{2}, Bounds{1, 3}, false}, 2), std::vector<double>(4, 2.0));
  EXPECT_EQ(mean_baseline(std::vector<double>{1, 2}, 2), (std::vector<double>{1, 2, 1, 2}));
  expect_error([] { grey_baseline({{2}, {}, false}, 1); }, ErrorKind::usage, {"bounds"});
}

TEST(Baselines, NoiseHasTheNormOfTheUpdateAndNothingElseOfIt) {
  RecordedRun run(tanh_mlp_toml, {64}, 10);
  const Observation seen = run.observe_gradient(random_inputs(64, 0, 1, 1), std::vector<std::int32_t>{3});
  const Observation noise = noise_control(seen, 9);
  double norm = 0, noise_norm = 0, product = 0;
  for (std::size_t i = 0; i < seen.update().size(); ++i) {
    norm += static_cast<double>(seen.update()[i]) * seen.update()[i];
    noise_norm += static_cast<double>(noise.update()[i]) * noise.update()[i];
    product += static_cast<double>(seen.update()[i]) * noise.update()[i];
  }
  EXPECT_NEAR(noise_norm / norm, 1, 1e-5);
  EXPECT_LT(std::abs(product) / norm, 0.1);
  EXPECT_EQ(noise_control(seen, 9).update(), noise.update());
  EXPECT_NE(noise_control(seen, 10).update(), noise.update());
}

}  // namespace
}  // namespace tacit::attacks
