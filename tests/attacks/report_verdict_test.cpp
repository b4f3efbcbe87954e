#include <limits>

#include "attacks/report/verdict.h"
#include "attacks/report_sample.h"

namespace tacit::attacks::report {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

ResultRow row_with_mse(std::string name, std::optional<double> mse, std::vector<double> examples = {}) {
  ResultRow row;
  row.name = std::move(name);
  row.scenario = "s";
  row.mean.mse = mse;
  for (const double example : examples) row.examples.push_back({example, {}, {}, {}});
  return row;
}

Verdict judged(std::vector<ResultRow> attacks, std::vector<ResultRow> baselines) {
  static AuditCase audited;
  audited = {};
  audited.name = "M";
  audited.attacks = std::move(attacks);
  audited.baselines = std::move(baselines);
  return judge(audited, scenarios_of(audited).at(0));
}

Leakage leakage(std::optional<double> attack_mse, std::optional<double> baseline_mse, std::vector<double> examples = {},
                std::vector<double> baseline_examples = {}) {
  return judged({row_with_mse("a", attack_mse, examples)}, {row_with_mse("b", baseline_mse, baseline_examples)})
      .leakage;
}

TEST(Verdict, FollowsItsRule) {
  EXPECT_EQ(leakage(1e-6, 0.1), Leakage::exact);
  EXPECT_EQ(leakage(1.1e-6, 0.1), Leakage::clear);
  EXPECT_EQ(leakage(0.025, 0.1), Leakage::clear);
  EXPECT_EQ(leakage(0.0251, 0.1), Leakage::partial);
  EXPECT_EQ(leakage(0.09, 0.1), Leakage::partial);
  EXPECT_EQ(leakage(0.0901, 0.1), Leakage::none);
  EXPECT_EQ(leakage(kInfinity, 0.1), Leakage::none);
  EXPECT_EQ(leakage(0.5, std::nullopt), Leakage::uncompared);
  EXPECT_EQ(leakage(std::nullopt, 0.1), Leakage::unmeasured);
  EXPECT_EQ(leakage(kNan, 0.1), Leakage::unmeasured);
}

TEST(Verdict, CountsExamplesOneByOne) {
  EXPECT_EQ(leakage(1e-9, 0.1, {1e-9, 1e-9}), Leakage::exact);
  EXPECT_EQ(leakage(0.3, 0.1, {1e-9, 0.6}), Leakage::some_exact);
  EXPECT_EQ(judged({row_with_mse("a", 0.3, {1e-9, 0.6, 0})}, {row_with_mse("b", 0.1)}).exact, 2u);
  // One example much closer than the guess of the same example is a partial leak, whatever the mean says.
  EXPECT_EQ(leakage(0.3, 0.1, {0.01, 0.59}, {0.1, 0.1}), Leakage::partial);
  EXPECT_EQ(leakage(0.3, 0.1, {0.05, 0.55}, {0.1, 0.1}), Leakage::none);
}

// What a control achieves without the gradient is no leak of the gradient.
TEST(Verdict, CreditsNothingThatABaselineReconstructsToo) {
  EXPECT_EQ(leakage(1e-9, 1e-9), Leakage::none);
  EXPECT_EQ(leakage(0, 0), Leakage::none);
}

TEST(Verdict, ComparesWithTheBestBaselineOfTheSameScenario) {
  ResultRow elsewhere = row_with_mse("elsewhere", 1e-12);
  elsewhere.scenario = "another";
  const Verdict verdict = judged({row_with_mse("weak", 0.3), row_with_mse("strong", 0.02)},
                                 {row_with_mse("grey", 0.2), row_with_mse("mean", 0.1), elsewhere});
  EXPECT_EQ(verdict.attack->name, "strong");
  EXPECT_EQ(verdict.baseline->name, "mean");
  EXPECT_EQ(verdict.leakage, Leakage::clear);
}

TEST(Verdict, UsesAnglesWhereOnlyTheyCanBeCompared) {
  ResultRow attack;
  ResultRow guess;
  attack.mean.circular_distance = 0.3;
  guess.mean.circular_distance = 1.57;
  const Verdict verdict = judged({attack}, {guess});
  EXPECT_EQ(verdict.measure, ErrorMeasure::circular_distance);
  EXPECT_EQ(verdict.leakage, Leakage::clear);
  attack.mean.mse = 0.01;
  EXPECT_EQ(judged({attack}, {guess}).measure, ErrorMeasure::circular_distance);
  guess.mean.mse = 0.02;
  EXPECT_EQ(judged({attack}, {guess}).measure, ErrorMeasure::mse);
}

TEST(Verdict, TakesAnInfinitePsnrAsExact) {
  ResultRow attack;
  attack.mean.psnr_db = kInfinity;
  ResultRow guess;
  guess.mean.mse = 0.1;
  EXPECT_EQ(judged({attack}, {guess}).leakage, Leakage::exact);
}

TEST(Verdict, JudgesLabelsAgainstTheBaselinesToo) {
  ResultRow attack = row_with_mse("a", 0.1);
  ResultRow guess = row_with_mse("b", 0.1);
  attack.label_accuracy = 0.9;
  EXPECT_FALSE(judged({attack}, {guess}).labels_leak);
  guess.label_accuracy = 0.85;
  EXPECT_FALSE(judged({attack}, {guess}).labels_leak);
  guess.label_accuracy = 0.1;
  const Verdict verdict = judged({attack}, {guess});
  EXPECT_TRUE(verdict.labels_leak);
  EXPECT_NE(verdict_sentence(verdict).find("Labels recovered: 90.0%, against 10.0% without the gradient."),
            std::string::npos);
}

TEST(Verdict, SaysWhatItFoundInWords) {
  const std::string text = verdict_paragraph(sample_report());
  EXPECT_EQ(
      text.find(
          "Of 3 scenarios attacked, in 1 every example is reconstructed exactly; in 1 the examples are revealed in "
          "part; in 1 no attack beats a guess that saw no gradient. Labels leak in 3."),
      0u)
      << text;
  EXPECT_NE(
      text.find(
          "MLP, one example gradient: Gradient ratio (first layer) reconstructs 5 of 5 examples exactly (mean MSE "
          "2.52e-13; best baseline, Mean image: 0.0865)."),
      std::string::npos)
      << text;
  EXPECT_EQ(verdict_paragraph({}), "No attack was run, so nothing can be said about what this training gives away.");
}

TEST(Verdict, OfAScenarioWithoutAttacksHasNoAttack) {
  const Verdict verdict = judged({}, {row_with_mse("b", 0.1)});
  EXPECT_EQ(verdict.attack, nullptr);
  EXPECT_EQ(verdict_sentence(verdict), "M, s: no attack was run.");
}

}  // namespace
}  // namespace tacit::attacks::report
