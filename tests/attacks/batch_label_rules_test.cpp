// The rules that read a whole batch's labels from the last layer: yin, wainakh, bias_corrected.
#include <algorithm>
#include <numeric>

#include "attacks/attack.h"
#include "attacks/attack_case.h"
#include "attacks/label_rules/label_dealing.h"
#include "attacks/label_rules/label_rule.h"
#include "attacks/metrics/label_accuracy.h"
#include "attacks/random_vector.h"
#include "attacks/score.h"
#include "core/expect_error.h"
#include "models/specification.h"

namespace tacit::attacks {
namespace {

using Labels = std::vector<std::int32_t>;

constexpr std::size_t inputs = 20, classes = 10;

std::unique_ptr<const LabelRule> rule(const std::string& name) {
  return make_label_rule(ConfigTable::parse_text("name = \"" + name + "\"", "test.toml"));
}

/// One linear layer; `hidden` names an activation for a second one in front.
std::string network(const std::string& hidden, bool bias = true) {
  const std::string front =
      hidden.empty() ? "" : "[[layers]]\ntype = \"linear\"\noutputs = 16\n[[layers]]\ntype = \"" + hidden + "\"\n";
  return front + "[[layers]]\ntype = \"linear\"\noutputs = 10\nbias = " + (bias ? "true" : "false") + "\n";
}

/// The gradient that a client with these examples sends from an untrained net, and the evidence in it.
class Batch {
 public:
  Batch(const std::string& model, std::uint64_t seed, const Labels& labels, double low = 0, double high = 1)
      : model_(models::build_model<double>(ConfigTable::parse_text(model, "model.toml"), {inputs}, classes)),
        gradient_(model_.initial_parameters(seed).size()),
        count_(labels.size()) {
    const auto theta = model_.initial_parameters(seed);
    const auto x = uniform_vector(count_ * inputs, low, high, seed);
    const auto targets = model_.targets_of(labels);
    models::Evaluation<double>(model_).gradient(theta, {x, targets, count_},
                                                {.theta = gradient_, .inputs = {}, .targets = {}});
  }
  std::span<double> gradient() { return gradient_; }
  LabelEvidence evidence() const {
    return {gradient_, last_linear_layer(model_), model_.loss(), model_.classes(), count_, nullptr};
  }

 private:
  models::Model<double> model_;
  std::vector<double> gradient_;
  std::size_t count_;
};

Labels guess(const std::string& name, const LabelEvidence& evidence) {
  const LabelGuess found = rule(name)->guess(evidence);
  EXPECT_FALSE(found.joint);
  EXPECT_EQ(found.candidates.size(), 1u);
  EXPECT_EQ(found.candidates.at(0).size(), evidence.count);
  EXPECT_TRUE(std::is_sorted(found.candidates[0].begin(), found.candidates[0].end()));
  return found.candidates[0];
}

/// 1 to 6 different classes.
Labels distinct_labels(RandomStream& random) {
  Labels labels(classes);
  std::iota(labels.begin(), labels.end(), 0);
  random.shuffle(std::span(labels));
  labels.resize(1 + random.below(6));
  return labels;
}

/// Six labels of four classes, so some repeat.
Labels repeated_labels(RandomStream& random) {
  Labels labels(6);
  for (std::int32_t& label : labels) label = static_cast<std::int32_t>(random.below(4));
  return labels;
}

/// Mean multiset accuracy over seeded nets and batches.
double mean_accuracy(const std::string& name, const std::string& model, Labels (*draw)(RandomStream&)) {
  RandomStream random({7, Purpose::test, 0, 0});
  double sum = 0;
  const std::uint64_t trials = 100;
  for (std::uint64_t trial = 0; trial < trials; ++trial) {
    const Labels labels = draw(random);
    sum += label_accuracy(guess(name, Batch(model, trial, labels).evidence()), labels);
  }
  return sum / static_cast<double>(trials);
}

TEST(BatchLabelRules, RecoverDistinctLabels) {
  for (const char* activation : {"sigmoid", "relu"}) {
    for (const bool bias : {true, false}) {
      const std::string model = network(activation, bias);
      EXPECT_EQ(mean_accuracy("yin", model, distinct_labels), 1) << activation << " bias " << bias;
      EXPECT_GE(mean_accuracy("wainakh", model, distinct_labels), 0.98) << activation << " bias " << bias;
    }
    EXPECT_GE(mean_accuracy("bias_corrected", network(activation), distinct_labels), 0.98) << activation;
  }
  // Biases have no sign to depend on.
  EXPECT_GE(mean_accuracy("bias_corrected", network("tanh"), distinct_labels), 0.98);
}

TEST(BatchLabelRules, CountRepeatedLabels) {
  for (const char* activation : {"sigmoid", "relu"}) {
    EXPECT_GE(mean_accuracy("wainakh", network(activation, false), repeated_labels), 0.95) << activation;
    EXPECT_GE(mean_accuracy("bias_corrected", network(activation), repeated_labels), 0.95) << activation;
  }
  EXPECT_GE(mean_accuracy("bias_corrected", network("tanh"), repeated_labels), 0.95);
}

/// Yin needs h >= 0, Wainakh sum(h) > 0: with all of h negative the row of the true label is the only positive one, and
/// no such guess can be right. The bias tells it all the same.
TEST(BatchLabelRules, RowRulesAreHopelessOnNegativeFeatures) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const Labels label{static_cast<std::int32_t>(seed % classes)};
    const Batch positive(network(""), seed, label, 0.1, 1), negative(network(""), seed, label, -1, -0.1);
    for (const char* name : {"yin", "wainakh"}) {
      EXPECT_EQ(guess(name, positive.evidence()), label) << name << " " << seed;
      EXPECT_NE(guess(name, negative.evidence()), label) << name << " " << seed;
    }
    EXPECT_EQ(guess("bias_corrected", negative.evidence()), label) << seed;
  }
}

/// A gradient that the client drowned in noise: no rule finds more than chance, 3 of 10.
TEST(BatchLabelRules, NoiseLeavesChance) {
  const Labels labels{1, 4, 8};
  for (const char* name : {"yin", "wainakh", "bias_corrected"}) {
    double sum = 0;
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
      Batch batch(network("sigmoid"), seed, labels);
      const auto noise = normal_vector(batch.gradient().size(), seed);
      for (std::size_t i = 0; i < noise.size(); ++i) batch.gradient()[i] += 100 * noise[i];
      sum += label_accuracy(guess(name, batch.evidence()), labels);
    }
    EXPECT_NEAR(sum / 200, 0.3, 0.08) << name;
  }
}

TEST(BatchLabelRules, NeedNoScaleAndNoTruth) {
  const Labels labels{1, 1, 5}, wrong{2, 3, 4};
  const KnownLabels decoy{wrong};
  Batch batch(network("sigmoid"), 3, labels);
  for (const char* name : {"yin", "wainakh", "bias_corrected"}) {
    EXPECT_TRUE(rule(name)->needs().empty()) << name;
    const Labels found = guess(name, batch.evidence());
    LabelEvidence with_decoy = batch.evidence();
    with_decoy.known = &decoy;
    EXPECT_EQ(guess(name, with_decoy), found) << name;
    Batch scaled(network("sigmoid"), 3, labels);
    for (double& value : scaled.gradient()) value *= 0x1p-20;
    EXPECT_EQ(guess(name, scaled.evidence()), found) << name;
  }
}

/// The whole way: the label comes from the recorded wire, under a threat model that denies it, and the image with it.
TEST(BatchLabelRules, ServeAnAttackOnTheWire) {
  RecordedRun run(
      "[[layers]]\ntype = \"linear\"\noutputs = 32\n[[layers]]\ntype = \"sigmoid\"\n[[layers]]\n"
      "type = \"linear\"\noutputs = 10\n",
      {1, 8, 8}, 10, fedsgd_toml, 4);
  const auto image = picture(7);
  const Labels label{8};
  const Observation seen = run.observe_gradient(image, label);
  ASSERT_FALSE(honest_but_curious().knows_labels);
  for (const char* name : {"yin", "wainakh", "bias_corrected"}) {
    AttackSettings attack = AttackSettings::from_catalog("idlg");
    change_matching(attack, [&](MatchingSettings& matching) { matching.label_rule = rule(name); });
    change_matching(attack, [&](MatchingSettings& matching) { matching.restarts = 1; });
    AttackControl control;
    control.seed = 1;
    const AttackResult result = run_attack(seen, honest_but_curious(), attack, nullptr, control);
    EXPECT_EQ(result.labels, label) << name;
    EXPECT_LT(score(result, {wide(image), label}, digit).mean_mse, 1e-8) << name;
  }
}

/// Numbers of a net with p = 1/10 everywhere and four examples: class c has 1/10 - n_c / 4.
TEST(LabelDealing, CountsByTheAverageImpact) {
  const auto numbers = [](std::vector<std::size_t> counts) {
    std::vector<double> values(10, 0.1);
    for (std::size_t c = 0; c < counts.size(); ++c) values[c] -= static_cast<double>(counts[c]) / 4;
    return values;
  };
  EXPECT_EQ(deal_labels(numbers({1, 1, 1, 1}), 1, 4, "test"), (Labels{0, 1, 2, 3}));
  EXPECT_EQ(deal_labels(numbers({2, 2}), 1, 4, "test"), (Labels{0, 0, 1, 1}));
  EXPECT_EQ(deal_labels(numbers({0, 3, 1}), 1, 4, "test"), (Labels{1, 1, 1, 2}));
  EXPECT_EQ(deal_labels(numbers({0, 0, 4}), 1.1, 4, "test"), (Labels{2, 2, 2, 2}));
}

TEST(LabelDealing, KeepsTheMostNegativeIfTooManyAre) {
  EXPECT_EQ(deal_labels({-1, -3, 4, -2}, 1, 2, "test"), (Labels{1, 3}));
}

TEST(LabelDealing, TheFactorDecidesCloseCalls) {
  // m = -0.5 f, so after its first label class 0 has -1 + 0.5 f, against 0.1 of class 1.
  EXPECT_EQ(deal_labels({-1.0, 0.1, 0.9}, 0.5, 2, "test"), (Labels{0, 0}));
  EXPECT_EQ(deal_labels({-1.0, 0.1, 0.9}, 2.5, 2, "test"), (Labels{0, 1}));
}

TEST(LabelDealing, RefusesWhatNoLabelMakes) {
  expect_error([] { deal_labels({0, 0, 0}, 1, 2, "wainakh"); }, ErrorKind::data, {"'wainakh'", "negative"});
}

TEST(BatchLabelRules, RefuseWhatTheyDoNotApplyTo) {
  const Labels two{0, 1}, eleven{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0};
  const Batch mse("loss = \"mean_squared_error\"\n" + network(""), 1, two);
  const Batch tanh_last(network("") + "[[layers]]\ntype = \"tanh\"\n", 1, two);
  for (const std::string name : {"yin", "wainakh", "bias_corrected"}) {
    for (const Batch* batch : {&mse, &tanh_last}) {
      expect_error([&] { rule(name)->guess(batch->evidence()); }, ErrorKind::configuration,
                   {"'" + name + "'", "fully connected last layer", "cross-entropy"});
    }
  }
  const Batch no_bias(network("sigmoid", false), 1, two);
  expect_error([&] { rule("bias_corrected")->guess(no_bias.evidence()); }, ErrorKind::configuration,
               {"'bias_corrected'", "with a bias"});
  const Batch many(network("sigmoid"), 1, eleven);
  expect_error([&] { rule("yin")->guess(many.evidence()); }, ErrorKind::configuration,
               {"'yin'", "11 examples of 10 classes", "wainakh"});
  EXPECT_EQ(guess("wainakh", many.evidence()).size(), 11u);

  Batch silent(network("sigmoid"), 1, two);
  std::fill(silent.gradient().begin(), silent.gradient().end(), 0.0);
  for (const char* name : {"wainakh", "bias_corrected"}) {
    expect_error([&] { rule(name)->guess(silent.evidence()); }, ErrorKind::data, {name, "no class"});
  }
}

}  // namespace
}  // namespace tacit::attacks
