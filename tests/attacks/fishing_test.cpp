#include "attacks/malicious/fishing.h"

#include "attacks/attack.h"
#include "attacks/attack_case.h"
#include "attacks/fishing_inversion.h"
#include "attacks/malicious/fishing_cutoffs.h"
#include "attacks/score.h"
#include "core/expect_error.h"

namespace tacit::attacks {
namespace {

using Labels = std::vector<std::int32_t>;

constexpr const char* by_ratio =
    "method = \"fishing\"\nreconstruct_examples = 1\n[inner]\nmethod = \"analytic_linear\"\n";
constexpr const char* by_matching = R"(
method = "fishing"
reconstruct_examples = 1
[inner]
method = "gradient_matching"
restarts = 2
[inner.objective]
name = "masked_cosine"
[inner.solver]
name = "lbfgs"
iterations = 400
[inner.initialiser]
name = "uniform"
[inner.labels]
name = "known"
)";

LinearLayer head_of(const RecordedRun& run) {
  return last_linear_layer(run.model()).value();
}

/// A client with one batch, asked by a coordinator who fishes.
class FishedClient : public RecordedRun {
 public:
  FishedClient(std::size_t count, Labels true_labels, std::string_view training = fedsgd_toml)
      : RecordedRun(tanh_mlp_toml, {1, 8, 8}, 10, training),
        inputs(random_inputs(64 * count, 0, 1, count)),
        labels(std::move(true_labels)),
        honest_(theta().begin(), theta().end()) {}

  Observation ask(const FishingHead& head, UpdateKind kind = UpdateKind::gradient) {
    std::vector<float> theta = honest_;
    write_fishing_head(head_of(*this), head, theta);
    return ask_with(std::move(theta), kind);
  }
  Observation ask_with(std::vector<float> theta, UpdateKind kind = UpdateKind::gradient) {
    set_theta(std::move(theta));
    ++round_;
    record(round_, "client-1", kind,
           kind == UpdateKind::gradient ? gradient(inputs, labels) : delta(inputs, labels, 0.1, 1), labels.size());
    return observe(round_, "client-1");
  }
  /// The largest error of any feature of the example that was found, against the true one that is nearest.
  double error_of(const AttackResult& result) const {
    double best = INFINITY;
    for (std::size_t i = 0; i < labels.size(); ++i) {
      double worst = 0;
      for (std::size_t j = 0; j < 64; ++j)
        worst = std::max(worst, std::abs(result.inputs.at(j) - static_cast<double>(inputs[i * 64 + j])));
      best = std::min(best, worst);
    }
    return best;
  }

  std::vector<float> inputs;
  Labels labels;

 private:
  std::vector<float> honest_;
  std::uint32_t round_ = 0;
};

ThreatModel patient() {
  ThreatModel model = malicious_coordinator();
  model.observes = View::many_rounds;
  return model;
}

double passing(const Observation& seen) {
  const auto head = last_linear_layer(observed_model(seen.run())).value();
  const std::vector<double> theta(seen.model().values().begin(), seen.model().values().end()),
      gradient(seen.update().begin(), seen.update().end());
  return fished_examples(fishing_head_of(head, theta).value(), gradient, seen.examples());
}

/// The class and the features decide who passes: counted from the gradient against counted by hand.
TEST(Fishing, HeadLetsThroughWhatItIsMadeFor) {
  FishedClient client(12, {0, 1, 2, 3, 3, 3, 4, 5, 6, 7, 8, 9});
  EXPECT_NEAR(passing(client.ask({.target_class = 3})), -3, 1e-4);
  EXPECT_NEAR(passing(client.ask({.target_class = 6})), -1, 1e-4);

  // Feature 5 of each example, by the honest layers below the head.
  models::Evaluation<float> evaluation(client.model());
  std::size_t above = 0, target_below = 0;
  const double cutoff = 0.05;
  for (std::size_t i = 0; i < 12; ++i) {
    double sum = client.theta()[32 * 64 + 5];
    for (std::size_t j = 0; j < 64; ++j) sum += client.theta()[5 * 64 + j] * client.inputs[i * 64 + j];
    const double feature = std::tanh(sum);
    ASSERT_GT(std::abs(feature - cutoff), 1e-4);
    const bool is_target = client.labels[i] == 3;
    above += !is_target && feature > cutoff ? 1 : 0;
    target_below += is_target && feature < cutoff ? 1 : 0;
  }
  const double counted = passing(client.ask({.target_class = 3, .feature = 5, .feature_gain = 1e5, .cutoff = cutoff}));
  EXPECT_NEAR(counted, static_cast<double>(above) - static_cast<double>(target_below), 1e-2);
}

TEST(Fishing, IsolatesTheOneExampleOfAClass) {
  FishedClient client(16, {0, 1, 2, 3, 4, 5, 6, 7, 8, 0, 1, 2, 3, 4, 5, 9});
  const Observation seen = client.ask({.target_class = 9});
  const AttackResult result = run_attack(seen, malicious_coordinator(), settings(by_ratio));
  for (std::size_t j = 0; j < 64; ++j) EXPECT_NEAR(result.inputs.at(j), client.inputs[15 * 64 + j], 1e-4);
  EXPECT_EQ(result.labels, Labels{9});
}

TEST(Fishing, HandsTheOneExampleToAnyAttackOfOneExample) {
  FishedClient client(16, {0, 1, 2, 3, 4, 5, 6, 7, 8, 0, 1, 2, 3, 4, 5, 9});
  const AttackResult result =
      run_attack(client.ask({.target_class = 9}), malicious_coordinator(), settings(by_matching));
  double square = 0;
  for (std::size_t j = 0; j < 64; ++j) square += std::pow(result.inputs.at(j) - client.inputs[15 * 64 + j], 2);
  EXPECT_LT(square / 64, 1e-4);  // grey has 1 / 12
}

TEST(Fishing, WorksOnChangesOfParametersOfOneStep) {
  FishedClient client(4, {0, 1, 2, 9}, "algorithm = \"fedavg\"\nbatch_size = 4\nlearning_rate = 0.1\n");
  const Observation seen = client.ask({.target_class = 9}, UpdateKind::delta);
  const AttackResult result = run_attack(seen, malicious_coordinator(), settings(by_ratio));
  for (std::size_t j = 0; j < 64; ++j) EXPECT_NEAR(result.inputs.at(j), client.inputs[3 * 64 + j], 1e-2);
}

/// The counts of a made-up population, one of whose members lies on a cutoff that is asked for.
TEST(FishingCutoffs, LeaveEveryExampleAlone) {
  const std::vector<double> features{-0.31, 0.1, 0.125, 0.4, 0.75, 0.77};
  std::vector<FishingAnswer> answers;
  std::size_t first_alone = 0;
  while (const auto cutoff = next_fishing_cutoff(answers, {-1, 1, 1e-3})) {
    ASSERT_LT(answers.size(), 100u);
    double above = 0;
    for (const double feature : features) above += feature > *cutoff ? 1 : feature == *cutoff ? 0.5 : 0;
    answers.push_back({*cutoff, above});
    if (above == 1 && first_alone == 0) first_alone = answers.size();
  }
  EXPECT_LE(first_alone, 8u);  // low, then 2 / 2^6 to tell 0.75 from 0.77
  std::sort(answers.begin(), answers.end(), [](const auto& a, const auto& b) { return a.cutoff < b.cutoff; });
  for (const double feature : features) {
    double low = -1, high = 1, below = 0, above = 0;
    for (const auto& answer : answers) {
      if (answer.cutoff < feature) low = answer.cutoff, below = answer.above;
      if (answer.cutoff > feature && high == 1) high = answer.cutoff, above = answer.above;
    }
    EXPECT_EQ(below - above, 1) << feature;
    EXPECT_LE(high - low, 1);
  }
  EXPECT_FALSE(next_fishing_cutoff(std::vector<FishingAnswer>{{-1, 0}}, {-1, 1, 1e-3}));  // nothing there
}

/// A sender who crafts every round from the answers so far has every example in the end.
TEST(Fishing, AdaptsItsCutoffsUntilEveryExampleIsAlone) {
  const Labels labels{0, 1, 2, 3, 3, 9, 4, 5};
  FishedClient client(8, labels);
  const auto craft = make_craft(ConfigTable::parse_text(
      "craft = \"fishing\"\nclass = 3\nfeature = 5\nfeature_gain = 1e5\nlow = -1.0\nhigh = 1.0\nresolution = 1e-6\n",
      "craft"));
  std::vector<Observation> rounds;
  for (int round = 0; round < 60; ++round) {
    std::vector<float> theta(client.theta().begin(), client.theta().end());
    // What a global model has become in between does not matter: the layers below the head stay the first round's.
    for (float& value : theta) value += static_cast<float>(round);
    if (round == 0) theta.assign(client.theta().begin(), client.theta().end());
    craft->write_for({0, rounds}, client.model(), 1, theta);
    rounds.push_back(client.ask_with(theta));
  }
  AttackSettings attack = settings(by_ratio);
  attack.reconstruct_examples = 8;
  const AttackResult result = run_attack_on_rounds(rounds, patient(), attack);
  for (std::size_t i = 0; i < labels.size(); ++i) {
    double best = INFINITY;
    for (std::size_t k = 0; k < labels.size(); ++k) {
      double worst = 0;
      for (std::size_t j = 0; j < 64; ++j)
        worst =
            std::max(worst, std::abs(result.inputs.at(k * 64 + j) - static_cast<double>(client.inputs[i * 64 + j])));
      best = std::min(best, worst);
    }
    EXPECT_LT(best, 1e-3) << i;
  }
}

/// All examples of one class, or of any: rounds whose cutoffs have one example between them differ by its gradient.
TEST(Fishing, IsolatesOneExampleOfAnyBatchByBisectionOverRounds) {
  for (const Labels& labels : {Labels(12, 3), Labels{0, 1, 2, 3, 3, 3, 4, 5, 6, 7, 8, 9}}) {
    FishedClient client(12, labels);
    FishingHead head{.target_class = 3, .feature = 5, .feature_gain = 1e5};
    std::vector<Observation> rounds{client.ask(head)};
    const double reference = passing(rounds[0]);
    FishingSearch search(-1, 1, 1e-6);
    while (!search.done()) {
      head.cutoff = search.cutoff();
      rounds.push_back(client.ask(head));
      search.answer(passing(rounds.back()) - reference);
    }
    EXPECT_TRUE(search.found());
    EXPECT_LE(rounds.size(), 16u);
    const AttackResult result = run_attack_on_rounds(rounds, patient(), settings(by_ratio));
    EXPECT_LT(client.error_of(result), 1e-3);
    EXPECT_TRUE(result.labels.empty());  // the difference does not tell it
  }
}

TEST(Fishing, IsHopelessWhereTheClassHasSeveralExamples) {
  FishedClient client(4, {3, 3, 1, 2});
  const Observation seen = client.ask({.target_class = 3});
  expect_error([&] { run_attack(seen, malicious_coordinator(), settings(by_ratio)); }, ErrorKind::data,
               {"no example is alone", "-2.00"});
}

TEST(Fishing, IsRefusedWithoutItsHeadAndItsPowers) {
  RecordedRun honest(tanh_mlp_toml, {1, 8, 8}, 10);
  const Observation seen = honest.observe_gradient(picture(1), Labels{3});
  expect_error([&] { run_attack(seen, malicious_coordinator(), settings(by_ratio)); }, ErrorKind::configuration,
               {"one row of the last layer"});
  expect_error([&] { run_attack(seen, honest_but_curious(), settings(by_ratio)); }, ErrorKind::configuration,
               {"crafted parameters"});
  ThreatModel no_count = malicious_coordinator();
  no_count.knows_batch_size = false;
  expect_error([&] { run_attack(seen, no_count, settings(by_ratio)); }, ErrorKind::configuration,
               {"number of examples"});
  FishedClient client(1, {9});
  const Observation fished = client.ask({.target_class = 9});
  for (const float value : {0.0f, NAN})
    expect_error(
        [&] {
          run_attack(fished.with_update(std::vector<float>(fished.update().size(), value)), malicious_coordinator(),
                     settings(by_ratio));
        },
        ErrorKind::data, {"client-1"});
}

TEST(FishingSearch, RefusesIntervalsThatAreNone) {
  expect_error([] { FishingSearch(1, 1, 0.1); }, ErrorKind::usage, {"finite interval"});
  expect_error([] { FishingSearch(0, 1, 0); }, ErrorKind::usage, {"positive resolution"});
  FishingSearch blind(0, 1, 0.1);
  int questions = 0;
  for (; !blind.done(); ++questions) blind.answer(0);
  EXPECT_FALSE(blind.found());
  EXPECT_EQ(questions, 4);
}

}  // namespace
}  // namespace tacit::attacks
