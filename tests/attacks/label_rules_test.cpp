#include "attacks/label_rules/label_rule.h"
#include "attacks/random_vector.h"
#include "attacks/recorded_run.h"
#include "core/expect_error.h"

namespace tacit::attacks {
namespace {

std::unique_ptr<const LabelRule> rule(const std::string& text) {
  return make_label_rule(ConfigTable::parse_text(text, "test.toml"));
}

/// A recorded model and the evidence that a gradient of it gives.
class LabelRules : public ::testing::Test {
 protected:
  LabelEvidence evidence(const RecordedRun& run, std::span<const float> inputs, std::span<const std::int32_t> labels) {
    const std::vector<float> gradient = run.gradient(inputs, labels);
    gradient_.assign(gradient.begin(), gradient.end());
    model_ = std::make_unique<models::Model<double>>(observed_model(run.description()));
    return {gradient_, last_linear_layer(*model_), model_->loss(), model_->classes(), labels.size(), nullptr};
  }
  std::vector<double> gradient_;
  std::unique_ptr<models::Model<double>> model_;
};

std::string mlp(const std::string& activation, bool bias) {
  return "[[layers]]\ntype = \"linear\"\noutputs = 16\n[[layers]]\ntype = \"" + activation +
         "\"\n[[layers]]\ntype = \"linear\"\noutputs = 10\nbias = " + (bias ? "true" : "false") + "\n";
}

TEST_F(LabelRules, IdlgFindsTheLabelOfEveryRandomExample) {
  RandomStream random({1, Purpose::test, 0, 0});
  for (const char* activation : {"sigmoid", "tanh"}) {
    for (const bool bias : {true, false}) {
      for (std::uint64_t trial = 0; trial < 50; ++trial) {
        const RecordedRun run(mlp(activation, bias), {20}, 10, fedsgd_toml, trial);
        const std::vector<std::int32_t> label{static_cast<std::int32_t>(random.below(10))};
        const auto inputs = random_inputs(20, 0, 1, trial);
        const LabelGuess guess = rule("name = \"idlg\"")->guess(evidence(run, inputs, label));
        ASSERT_EQ(guess.candidates.size(), 1u);
        EXPECT_EQ(guess.candidates[0], label) << activation << " bias " << bias << " trial " << trial;
      }
    }
  }
}

TEST_F(LabelRules, NegativeBiasFindsEveryBatchOfDistinctLabels) {
  RandomStream random({2, Purpose::test, 0, 0});
  for (std::uint64_t trial = 0; trial < 50; ++trial) {
    const RecordedRun run(mlp("sigmoid", true), {20}, 10, fedsgd_toml, trial);
    std::vector<std::int32_t> classes{0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
    random.shuffle(std::span(classes));
    std::vector<std::int32_t> labels(classes.begin(),
                                     classes.begin() + 1 + static_cast<std::ptrdiff_t>(random.below(6)));
    const auto inputs = random_inputs(20 * labels.size(), 0, 1, trial);
    const LabelGuess guess = rule("name = \"negative_bias\"")->guess(evidence(run, inputs, labels));
    std::sort(labels.begin(), labels.end());
    EXPECT_EQ(guess.candidates.at(0), labels) << trial;
  }
}

TEST_F(LabelRules, NegativeBiasCountsRepeatedLabelsOfAnUntrainedNet) {
  RandomStream random({3, Purpose::test, 0, 0});
  std::size_t hits = 0;
  for (std::uint64_t trial = 0; trial < 50; ++trial) {
    const RecordedRun run(mlp("sigmoid", true), {20}, 10, fedsgd_toml, trial);
    std::vector<std::int32_t> labels(6);
    for (std::int32_t& label : labels) label = static_cast<std::int32_t>(random.below(4));
    const auto inputs = random_inputs(120, 0, 1, trial);
    const LabelGuess guess = rule("name = \"negative_bias\"")->guess(evidence(run, inputs, labels));
    std::sort(labels.begin(), labels.end());
    hits += guess.candidates.at(0) == labels ? 1u : 0u;
  }
  EXPECT_GE(hits, 45u);
}

TEST_F(LabelRules, NegativeBiasNeedsNoScale) {
  const RecordedRun run(mlp("sigmoid", true), {20}, 10);
  const std::vector<std::int32_t> labels{1, 1, 5};
  LabelEvidence seen = evidence(run, random_inputs(60, 0, 1, 1), labels);
  for (double& value : gradient_) value *= 1e-6;
  EXPECT_EQ(rule("name = \"negative_bias\"")->guess(seen).candidates.at(0), labels);
}

TEST_F(LabelRules, TryAllListsEveryMultisetOnce) {
  LabelEvidence seen;
  seen.classes = 3;
  seen.count = 2;
  const auto candidates = rule("name = \"try_all\"")->guess(seen).candidates;
  EXPECT_EQ(candidates, (std::vector<std::vector<std::int32_t>>{{0, 0}, {0, 1}, {0, 2}, {1, 1}, {1, 2}, {2, 2}}));
  expect_error([&] { rule("name = \"try_all\"\nlimit = 5")->guess(seen); }, ErrorKind::configuration,
               {"more than 5", "there are 6 for 2 examples of 3 classes"});
}

TEST_F(LabelRules, KnownTakesWhatIsGrantedAndNothingElse) {
  const auto known = rule("name = \"known\"");
  EXPECT_EQ(known->needs(), std::vector<Need>{Need::labels});
  LabelEvidence seen;
  seen.classes = 3;
  seen.count = 2;
  expect_error([&] { known->guess(seen); }, ErrorKind::usage, {"no labels"});
  const KnownLabels labels{{2, 0}}, few{{1}}, high{{1, 3}};
  seen.known = &labels;
  EXPECT_EQ(known->guess(seen).candidates.at(0), labels.labels);
  seen.known = &few;
  expect_error([&] { known->guess(seen); }, ErrorKind::usage, {"1 labels for 2 examples"});
  seen.known = &high;
  expect_error([&] { known->guess(seen); }, ErrorKind::usage, {"label 3", "3 classes"});
}

TEST_F(LabelRules, RefuseWhatTheyDoNotApplyTo) {
  const RecordedRun mse("loss = \"mean_squared_error\"\n[[layers]]\ntype = \"linear\"\noutputs = 3\n", {4}, 3);
  const std::vector<std::int32_t> label{1}, two{0, 1};
  expect_error([&] { rule("name = \"idlg\"")->guess(evidence(mse, random_inputs(4, 0, 1, 1), label)); },
               ErrorKind::configuration, {"idlg", "cross-entropy"});
  const RecordedRun tanh_last("[[layers]]\ntype = \"linear\"\noutputs = 3\n[[layers]]\ntype = \"tanh\"\n", {4}, 3);
  expect_error([&] { rule("name = \"negative_bias\"")->guess(evidence(tanh_last, random_inputs(4, 0, 1, 1), label)); },
               ErrorKind::configuration, {"negative_bias", "fully connected last layer"});
  const RecordedRun fits(mlp("tanh", true), {4}, 10);
  expect_error([&] { rule("name = \"idlg\"")->guess(evidence(fits, random_inputs(8, 0, 1, 1), two)); },
               ErrorKind::configuration, {"one example", "2"});
}

}  // namespace
}  // namespace tacit::attacks
