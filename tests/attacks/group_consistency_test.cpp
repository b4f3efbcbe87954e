#include "attacks/group_consistency.h"

#include "attacks/attack.h"
#include "attacks/attack_case.h"
#include "attacks/baselines.h"
#include "attacks/finite_differences.h"
#include "attacks/matching_problem.h"
#include "attacks/metrics/shift_image.h"
#include "attacks/observed_model.h"
#include "attacks/random_vector.h"
#include "attacks/score.h"
#include "core/expect_error.h"

namespace tacit::attacks {
namespace {

using Labels = std::vector<std::int32_t>;

RestartRow guess(std::vector<double> inputs, Labels labels, double score) {
  RestartRow row;
  row.inputs = std::move(inputs);
  row.labels = std::move(labels);
  row.score = score;
  return row;
}

std::vector<double> joined(const std::vector<double>& a, const std::vector<double>& b) {
  std::vector<double> both = a;
  both.insert(both.end(), b.begin(), b.end());
  return both;
}

TEST(ImageShifter, MovesByWholePixelsAndByQuarters) {
  const ImageShape shape{1, 8, 8};
  ImageShifter shifter(shape);
  const std::vector<double> image = wide(picture(3));
  const auto down = shifter.shifted(image, 1, 0);
  for (std::size_t i = 0; i < 7; ++i)
    for (std::size_t j = 0; j < 8; ++j) EXPECT_EQ(down[i * 8 + j], image[(i + 1) * 8 + j]);
  // A wave of the mirrored image moves exactly.
  std::vector<double> wave(64);
  for (std::size_t i = 0; i < 64; ++i) wave[i] = std::cos(std::numbers::pi * (static_cast<double>(i % 8) + 0.5) / 8);
  const auto once = shifter.shifted(wave, 0, 0.25);
  for (std::size_t i = 0; i < 64; ++i)
    EXPECT_NEAR(once[i], std::cos(std::numbers::pi * (static_cast<double>(i % 8) + 0.75) / 8), 1e-12);
}

TEST(GroupMeans, AreMeansOfWhatBelongsTogether) {
  const auto a = wide(picture(1)), b = wide(picture(2));
  std::vector<double> c = b;
  for (double& value : c) value += 0.25;
  // The second run has its examples the other way round.
  const std::vector<RestartRow> runs{guess(joined(a, b), {4, 4}, 0.1), guess(joined(c, a), {4, 4}, 0.2)};
  const auto means = group_means(digit, runs, false);
  ASSERT_EQ(means.size(), 2u);
  for (std::size_t i = 0; i < 64; ++i) {
    EXPECT_DOUBLE_EQ(means[0][i], a[i]);
    EXPECT_DOUBLE_EQ(means[0][64 + i], b[i] + 0.125);
    EXPECT_EQ(means[1][i], means[0][64 + i]);
    EXPECT_EQ(means[1][64 + i], means[0][i]);
  }
}

TEST(GroupMeans, DoNotCrossLabels) {
  const auto a = wide(picture(1)), b = wide(picture(2));
  // The pictures of the second run lie nearer to those of the other label.
  const std::vector<RestartRow> runs{guess(joined(a, b), {1, 2}, 0.1), guess(joined(b, a), {1, 2}, 0.2)};
  const auto means = group_means(digit, runs, false);
  for (std::size_t i = 0; i < 128; ++i) EXPECT_DOUBLE_EQ(means[1][i], 0.5 * (a[i % 64] + b[i % 64]));
}

TEST(GroupMeans, ShiftGuessesOntoTheBestOne) {
  const Features wide_field{{1, 16, 16}, Bounds{0, 1}, false};
  std::vector<double> spot(256), moved(256);
  for (int i = 0; i < 16; ++i)
    for (int j = 0; j < 16; ++j) {
      const auto at = [&](double y, double x) { return std::exp(-0.2 * (std::pow(i - y, 2) + std::pow(j - x, 2))); };
      spot[static_cast<std::size_t>(i * 16 + j)] = at(7, 8);
      moved[static_cast<std::size_t>(i * 16 + j)] = at(8, 6.5);
    }
  const std::vector<RestartRow> runs{guess(moved, {0}, 0.2), guess(spot, {0}, 0.1)};
  const auto registered = group_means(wide_field, runs, true), plain = group_means(wide_field, runs, false);
  double with = 0, without = 0;
  for (std::size_t i = 0; i < 256; ++i) {
    with = std::max(with, std::abs(registered[0][i] - spot[i]));
    without = std::max(without, std::abs(plain[0][i] - spot[i]));
  }
  EXPECT_LT(with, 1e-3);
  EXPECT_GT(without, 0.2);
}

TEST(GroupPull, HasItsGradientInTheMatchingProblem) {
  RecordedRun run(tanh_mlp_toml, {1, 8, 8}, 10, fedsgd_toml, 4);
  const Observation seen = run.observe_gradient(picture(7), Labels{8});
  const auto model = observed_model(seen.run());
  const std::vector<double> theta(seen.model().values().begin(), seen.model().values().end());
  const std::vector<double> observed(seen.update().begin(), seen.update().end());
  const AttackSettings attack = AttackSettings::from_catalog("idlg");
  const auto& matching = dynamic_cast<const GradientMatching&>(*attack.method).settings();
  MatchingTarget target{&model, theta, observed, matching.objective.get(), {}, digit, 1};
  const std::vector<double> mean = uniform_vector(64, 0, 1, 1);
  target.group_mean = mean;
  target.group_weight = 3;
  MatchingProblem drawn(target, model.targets_of(Labels{8}));
  const auto at = uniform_vector(64, 0, 1, 2);
  std::vector<double> gradient(64);
  const double value = drawn.evaluate(at, gradient);
  double distance = 0;
  for (std::size_t i = 0; i < 64; ++i) distance += (at[i] - mean[i]) * (at[i] - mean[i]) / 64;
  EXPECT_NEAR(value - drawn.score(at), 1.5 * distance, 1e-12);
  std::vector<double> scratch(64);
  const auto numeric = numeric_gradient([&](std::span<const double> x) { return drawn.evaluate(x, scratch); }, at);
  EXPECT_LT(relative_difference(gradient, numeric), 1e-7);
}

std::string grouped(const std::string& group, const std::string& labels = "negative_bias") {
  return "method = \"gradient_matching\"\nproject = true\nrestarts = 4\n[objective]\nname = \"euclidean\"\n"
         "[solver]\nname = \"lbfgs\"\niterations = 15\n[initialiser]\nname = \"uniform\"\n[labels]\nname = \"" +
         labels + "\"\n" + group;
}

double spread(const AttackResult& result) {
  double sum = 0;
  for (const RestartRow& a : result.rows)
    for (const RestartRow& b : result.rows)
      for (std::size_t i = 0; i < a.inputs.size(); ++i) sum += std::pow(a.inputs[i] - b.inputs[i], 2);
  return sum;
}

TEST(GroupConsistencyAttack, BringsRunsTogetherAndFindsTheImage) {
  RecordedRun run(tanh_mlp_toml, {1, 8, 8}, 10, fedsgd_toml, 4);
  const auto image = picture(7);
  const GroundTruth truth{wide(image), {8}};
  const Observation seen = run.observe_gradient(image, truth.labels);
  const auto attack = [&](const Observation& observation, const std::string& weight, int iterations) {
    std::string text = grouped("[group]\nrounds = 2\nweight = " + weight +
                               "\n[group.solver]\nname = \"lbfgs\"\niterations = " + std::to_string(iterations) + "\n");
    text.replace(text.find("iterations = 15"), 15, "iterations = 3");
    return run_attack(observation, honest_but_curious(), settings(text));
  };
  const AttackResult found = attack(seen, "0.01", 60);
  EXPECT_LT(score(found, truth, digit).mean_mse, 1e-4);
  EXPECT_EQ(found.rows.size(), 4u);
  for (const RestartRow& row : found.rows) EXPECT_GT(row.iterations, 5u);
  // On noise every run ends elsewhere, unless it is drawn.
  const Observation nothing = noise_control(seen, 1);
  EXPECT_LT(spread(attack(nothing, "1000", 60)), 0.1 * spread(attack(nothing, "0", 60)));
  const AttackResult noise = attack(nothing, "0.01", 60);
  EXPECT_GT(score(noise, truth, digit).mean_mse, 0.5 * score(grey_baseline(digit, 1), {}, truth, digit).mean_mse);
}

TEST(GroupConsistencyAttack, GivesTheSameBitsOnAnyNumberOfThreads) {
  RecordedRun run(tanh_mlp_toml, {1, 8, 8}, 10, fedsgd_toml, 4);
  const Observation seen = run.observe_gradient(picture(7), Labels{8});
  const AttackSettings attack =
      settings(grouped("[group]\nweight = 0.01\n[group.solver]\nname = \"adam\"\niterations = 20\n"));
  ThreadPool pool(3);
  AttackControl threads;
  threads.pool = &pool;
  EXPECT_EQ(run_attack(seen, honest_but_curious(), attack).inputs,
            run_attack(seen, honest_but_curious(), attack, nullptr, threads).inputs);
}

TEST(GroupConsistencyAttack, RefusesWhatItCannotDraw) {
  const std::string group = "[group]\nweight = 0.01\n[group.solver]\nname = \"adam\"\niterations = 20\n";
  std::string single = grouped(group);
  single.replace(single.find("restarts = 4"), 12, "restarts = 1");
  expect_error([&] { settings(single); }, ErrorKind::configuration, {"restarts", "at least 2"});
  expect_error([&] { settings(grouped("[group]\nweight = -1\n")); }, ErrorKind::configuration, {"weight"});
  RecordedRun run(tanh_mlp_toml, {1, 8, 8}, 10, fedsgd_toml, 4);
  const Observation seen = run.observe_gradient(picture(7), Labels{8});
  expect_error([&] { run_attack(seen, honest_but_curious(), settings(grouped(group, "joint"))); },
               ErrorKind::configuration, {"[group]", "labels"});
}

}  // namespace
}  // namespace tacit::attacks
