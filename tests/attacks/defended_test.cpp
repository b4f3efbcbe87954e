// The objective that knows the defence: against finite differences, against the stages of privacy/ themselves, and in
// attacks that it wins and that nobody can win.
#include "attacks/objectives/defended.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "attacks/attack.h"
#include "attacks/attack_case.h"
#include "attacks/defence/open_intervals.h"
#include "attacks/finite_differences.h"
#include "attacks/random_vector.h"
#include "core/expect_error.h"
#include "privacy/compression/quantise.h"
#include "privacy/compression/signs.h"
#include "privacy/compression/sparsify.h"
#include "privacy/differential_privacy/clip.h"
#include "privacy/differential_privacy/noise.h"

namespace tacit::attacks {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
using Length = KnownDefence::Length;

DefendedUpdate random_update(std::uint64_t seed, Length length, double bound, double magnitude) {
  DefendedUpdate update;
  update.unit = seed % 2 == 0 ? 1 : -0.3;
  update.length = length;
  update.bound = bound;
  update.mean_magnitude = magnitude;
  update.size = 2.5;
  RandomStream random({seed, Purpose::test, 1, 77});
  for (std::size_t i = 0; i < 17; ++i) {
    const double low = random.normal();
    const Bounds kinds[] = {{low, low}, {low, low + 0.3}, {0, infinity}, {-infinity, 0}, {-infinity, infinity}};
    update.open.push_back(kinds[random.below(5)]);
    update.sent.push_back(std::isfinite(update.open.back().low) ? update.open.back().low : -0.1);
  }
  return update;
}

TEST(Defended, DerivativeIsThatOfTheValue) {
  struct Case {
    Length length;
    double bound, magnitude;
    bool absolute;
    double closeness = 0;
  };
  for (const Case& one :
       {Case{Length::kept, 0, 0, false}, Case{Length::kept, 0, 0, true}, Case{Length::bounded, 0.5, 0, false},
        Case{Length::bounded, 100, 0, true}, Case{Length::lost, 2, 0, false, 0.1}, Case{Length::kept, 0, 0, true, 0.1},
        Case{Length::kept, 0, 0.4, false}, Case{Length::bounded, 0.5, 0.7, true}}) {
    for (std::uint64_t seed = 0; seed < 10; ++seed) {
      const DistanceToUpdates objective({random_update(2 * seed, one.length, one.bound, one.magnitude),
                                         random_update(2 * seed + 1, one.length, one.bound, one.magnitude)},
                                        {one.absolute, one.closeness});
      const auto candidate = normal_vector(34, 300 + seed);
      std::vector<double> derivative(34), scratch(34);
      objective.evaluate(candidate, candidate, derivative);
      const auto numeric = numeric_gradient(
          [&](std::span<const double> x) { return objective.evaluate(x, candidate, scratch); }, candidate);
      EXPECT_LT(relative_difference(derivative, numeric), 1e-8) << seed;
    }
  }
}

TEST(Defended, SeveralRoundsAddUp) {
  const DefendedUpdate a = random_update(4, Length::bounded, 1, 0), b = random_update(5, Length::kept, 0, 0);
  const auto candidate = normal_vector(34, 3);
  const auto first = std::span(candidate).first(17), second = std::span(candidate).last(17);
  std::vector<double> half(17), whole(34);
  const double apart = DistanceToUpdates({a}, DefendedPenalty{}).evaluate(first, first, half) +
                       DistanceToUpdates({b}, DefendedPenalty{}).evaluate(second, second, half);
  EXPECT_DOUBLE_EQ(DistanceToUpdates({a, b}, DefendedPenalty{}).evaluate(candidate, candidate, whole), apart);
  EXPECT_THAT(half, testing::ElementsAreArray(std::span(whole).last(17)));
  expect_error(
      [&] {
        DistanceToUpdates({a, b}, DefendedPenalty{}).evaluate(first, first, half);
      },
      ErrorKind::usage, {"34", "17"});
}

/// A run that declares its defence, and what the stages of privacy/ make of the gradient of one picture.
struct DefendedRun {
  explicit DefendedRun(const std::string& update_toml, const std::string& training = "")
      : run(tanh_mlp_toml, {1, 8, 8}, 10, std::string(fedsgd_toml) + training, 3, update_toml),
        truth(picture(5)),
        gradient(run.gradient(truth, std::vector<std::int32_t>{7})),
        sent(gradient) {}

  void prune(double share) {
    for (const ParameterEntry& entry : run.model().schema()->entries())
      privacy::keep_largest(std::span(sent).subspan(entry.offset, entry.size), share);
  }
  void clip(double norm) { privacy::clip_l2(sent, norm); }
  void round(unsigned bits) {
    const float scale = privacy::quantise_scale(sent);
    privacy::dequantise(privacy::quantise(sent, bits, scale), bits, scale, sent);
  }
  void round_at_random(unsigned bits) {
    const float scale = privacy::quantise_scale(sent);
    RandomStream random({3, Purpose::test, 0, 0});
    privacy::dequantise(privacy::quantise(sent, bits, scale, random), bits, scale, sent);
  }
  void signs() {
    const float scale = privacy::sign_scale(sent);
    privacy::unpack_signs(privacy::pack_signs(sent), scale, sent);
  }
  void mask(std::size_t columns) {  // the last layer's weights are [10, 32] before its 10 biases
    const std::size_t weights = sent.size() - 330;
    for (std::size_t row = 0; row < 10; ++row)
      for (std::size_t i = 0; i < columns; ++i) sent[weights + row * 32 + i] = 0;
  }
  void add_noise(double deviation, std::uint32_t round = 0) {
    RandomStream random({11, Purpose::test, round, 5});
    privacy::add_gaussian_noise(sent, deviation, random);
  }
  Observation observe(std::uint32_t round = 1) {
    run.record(round, "client-1", UpdateKind::gradient, sent, 1);
    return run.observe(round, "client-1");
  }

  RecordedRun run;
  std::vector<float> truth, gradient, sent;
};

double distance_of_truth(DefendedRun& defended, const std::string& knowledge = "declared") {
  const Observation observation = defended.observe();
  const auto objective = make_objective(
      ConfigTable::parse_text("name = \"defended\"\ndefence = \"" + knowledge + "\"\ncloseness = 0", "test.toml"));
  const UpdateInUnits update{&observation, 1};
  const auto adapted = objective->adapted_to(observed_model(observation.run()), std::span(&update, 1), 1);
  std::vector<double> derivative(defended.gradient.size());
  return adapted.objective->evaluate(wide(defended.gradient), wide(defended.sent), derivative);
}

TEST(Defended, TheTrueGradientFitsWhateverWasDoneToIt) {
  const auto distance = [](const std::string& update, const std::string& training, const auto& defend) {
    DefendedRun defended(update, training);
    defend(defended);
    EXPECT_NE(defended.sent, defended.gradient) << update << training;
    return distance_of_truth(defended);
  };
  EXPECT_LT(distance("clip_norm = 0.1", "", [](auto& run) { run.clip(0.1); }), 1e-12);
  EXPECT_EQ(distance("keep_share = 0.1", "", [](auto& run) { run.prune(0.1); }), 0);
  EXPECT_EQ(distance("quantise_bits = 4", "", [](auto& run) { run.round(4); }), 0);
  EXPECT_EQ(distance("quantise_bits = 2", "", [](auto& run) { run.round(2); }), 0);
  EXPECT_EQ(distance("keep_share = 0.3\nquantise_bits = 3", "", [](auto& run) { run.prune(0.3), run.round(3); }), 0);
  EXPECT_LT(distance("quantise_bits = 1", "", [](auto& run) { run.signs(); }), 1e-12);
  EXPECT_EQ(distance("", "soteria_share = 0.5\n", [](auto& run) { run.mask(16); }), 0);
}

TEST(Defended, EstimatesTheDefenceFromTheUpdate) {
  const auto distance = [](const auto& defend) {
    DefendedRun defended("");
    defend(defended);
    return distance_of_truth(defended, "estimated");
  };
  EXPECT_LT(distance([](auto& run) { run.clip(0.1); }), 1e-12);
  EXPECT_LT(distance([](auto& run) { run.mask(16); }), 1e-12);
  // The estimated bound of a clip is the norm of what arrived; rounding and pruning change it by little.
  EXPECT_LT(distance([](auto& run) { run.prune(0.5); }), 0.01);
  EXPECT_LT(distance([](auto& run) { run.round(5); }), 0.01);
}

TEST(Defended, ReadsBitsOffTheUpdate) {
  for (const unsigned bits : {2u, 3u, 8u, 12u, 16u}) {
    DefendedRun defended("");
    defended.round(bits);
    EXPECT_EQ(KnownDefence::estimated(defended.observe()).bits, bits);
  }
  DefendedRun signs(""), plain("");
  signs.signs();
  EXPECT_EQ(KnownDefence::estimated(signs.observe()).bits, 1u);
  EXPECT_EQ(KnownDefence::estimated(plain.observe()).bits, 0u);
}

/// Under stochastic rounding nothing fits with certainty; what it is compared by is the probability of
/// privacy/compression itself: a level at distance d is drawn with probability 1 - |d| / step.
TEST(Defended, StochasticRoundingIsComparedByItsLikelihood) {
  DefendedRun defended("quantise_bits = 3\nquantise_rounding = \"stochastic\"");
  defended.round_at_random(3);
  float scale = 0;
  for (const float value : defended.sent) scale = std::max(scale, std::abs(value));
  const double step = static_cast<double>(scale) / 3;
  double surprise = 0;
  for (std::size_t i = 0; i < defended.sent.size(); ++i)
    surprise -=
        std::log1p(-std::abs(static_cast<double>(defended.gradient[i]) - static_cast<double>(defended.sent[i])) / step);
  surprise /= static_cast<double>(defended.sent.size());
  // The corner of |d| is rounded off by a thousandth of the step.
  EXPECT_NEAR(distance_of_truth(defended), surprise, 2e-3);
  EXPECT_GT(surprise, 0.01);
}

/// Mean squared error of what an attack finds.
double error_of(std::span<const Observation> rounds, const std::vector<float>& truth, const std::string& objective,
                const ThreatModel& threat_model) {
  const AttackResult result = run_attack_on_rounds(rounds, threat_model, settings(R"(method = "gradient_matching"
restarts = 2
project = true
rounds = "all"
[objective]
)" + objective + R"(
[solver]
name = "lbfgs"
iterations = 300
history = 30
[initialiser]
name = "uniform"
[labels]
name = "negative_bias"
)"));
  double sum = 0;
  for (std::size_t i = 0; i < truth.size(); ++i) sum += std::pow(result.inputs[i] - static_cast<double>(truth[i]), 2);
  return sum / static_cast<double>(truth.size());
}

double error_of(const Observation& observation, const std::vector<float>& truth, const std::string& objective,
                const ThreatModel& threat_model = honest_but_curious()) {
  return error_of(std::span(&observation, 1), truth, objective, threat_model);
}

constexpr const char* naive = "name = \"euclidean\"";
constexpr const char* adaptive = "name = \"defended\"";
constexpr const char* estimating = "name = \"defended\"\ndefence = \"estimated\"";

TEST(AdaptiveMatching, RecoversWhatANaiveAttackLosesToTheDefence) {
  const auto compare = [](const std::string& update, const std::string& training, const auto& defend, double most,
                          double least) {
    DefendedRun defended(update, training);
    defend(defended);
    const Observation seen = defended.observe();
    const double knowing = error_of(seen, defended.truth, adaptive), blind = error_of(seen, defended.truth, naive);
    testing::Test::RecordProperty(update + training, std::to_string(knowing) + " " + std::to_string(blind));
    EXPECT_LT(knowing, most) << update << training;
    EXPECT_GT(blind, least) << update << training;
  };
  compare(
      "clip_norm = 0.1", "", [](auto& run) { run.clip(0.1); }, 1e-10, 0.05);
  compare(
      "keep_share = 0.1", "", [](auto& run) { run.prune(0.1); }, 1e-3, 5e-3);
  compare(
      "keep_share = 0.3", "", [](auto& run) { run.prune(0.3); }, 1e-5, 1e-4);
  compare(
      "", "soteria_share = 0.8\n", [](auto& run) { run.mask(26); }, 1e-10, 0.01);
  compare(
      "quantise_bits = 1", "", [](auto& run) { run.signs(); }, 0.06, 0.08);
}

TEST(AdaptiveMatching, NotesWhatItAssumesAndNotWhatItKnows) {
  DefendedRun defended("", "soteria_share = 0.8\n");
  defended.mask(26);
  const Observation seen = defended.observe();
  const auto notes = [&](const char* objective) {
    return run_attack(seen, honest_but_curious(),
                      settings("method = \"gradient_matching\"\n[objective]\n" + std::string(objective) +
                               "\n[solver]\nname = \"lbfgs\"\niterations = 1\n[initialiser]\nname = \"uniform\"\n"
                               "[labels]\nname = \"negative_bias\"\n"))
        .notes;
  };
  EXPECT_THAT(notes(naive), ::testing::ElementsAre(::testing::HasSubstr("taken for the exact gradient")));
  EXPECT_THAT(notes(adaptive), ::testing::IsEmpty());
}

TEST(AdaptiveMatching, WithoutDefenceIsAsGoodAsAnyOther) {
  DefendedRun plain("");
  const Observation seen = plain.observe();
  EXPECT_LT(error_of(seen, plain.truth, adaptive), 1e-10);
  EXPECT_LT(error_of(seen, plain.truth, estimating), 1e-10);
}

TEST(AdaptiveMatching, CannotReadWhatIsNotThere) {
  DefendedRun coarse("quantise_bits = 2"), loud("noise = \"gaussian\"\nnoise_scale = 1.0"),
      sparse("keep_share = 0.002");
  coarse.round(2);
  loud.add_noise(1.0);
  sparse.prune(0.002);
  for (DefendedRun* hopeless : {&coarse, &loud, &sparse})
    EXPECT_GT(error_of(hopeless->observe(), hopeless->truth, adaptive), 0.05);
}

/// The same picture answers every round, each with noise of its own, to a model that has moved on.
TEST(AdaptiveMatching, NoiseAveragesOutOverRounds) {
  const auto error = [](std::uint32_t rounds) {
    DefendedRun defended("noise = \"gaussian\"\nnoise_scale = 0.2");
    std::vector<Observation> seen;
    for (std::uint32_t round = 1; round <= rounds; ++round) {
      std::vector<float> theta(defended.run.theta().begin(), defended.run.theta().end());
      for (std::size_t i = 0; i < theta.size(); ++i) theta[i] -= 0.01f * defended.sent[i];
      defended.run.set_theta(theta);
      defended.sent = defended.run.gradient(defended.truth, std::vector<std::int32_t>{7});
      defended.add_noise(0.2, round);
      seen.push_back(defended.observe(round));
    }
    ThreatModel threat_model = honest_but_curious();
    threat_model.observes = View::many_rounds;
    return error_of(seen, defended.truth, adaptive, threat_model);
  };
  const double one = error(1), sixteen = error(16);
  EXPECT_GT(one, 0.02);
  // A mean of sixteen has a sixteenth of the variance; clipped pixels and the search add to that.
  EXPECT_LT(sixteen, one / 4);
}

TEST(AdaptiveMatching, RoundsAreRefusedWhereTheyCannotBeMatched) {
  DefendedRun defended("");
  const Observation one = defended.observe(1);
  defended.run.record(2, "client-1", UpdateKind::gradient, defended.sent, 3);
  const std::vector<Observation> rounds{defended.run.observe(2, "client-1"), one};
  ThreatModel threat_model = honest_but_curious();
  expect_error([&] { error_of(rounds, defended.truth, adaptive, threat_model); }, ErrorKind::configuration,
               {"many rounds", "denies"});
  threat_model.observes = View::many_rounds;
  expect_error([&] { error_of(rounds, defended.truth, adaptive, threat_model); }, ErrorKind::configuration,
               {"3 and of 1 examples"});
  expect_error(
      [] {
        settings(
            "method = \"gradient_matching\"\nrounds = \"all\"\nprecision = \"float\"\n"
            "[objective]\nname = \"euclidean\"\n[solver]\nname = \"lbfgs\"\niterations = 2\n"
            "[initialiser]\nname = \"grey\"\n[labels]\nname = \"joint\"\n");
      },
      ErrorKind::configuration, {"test.toml:2", "rounds"});
}

TEST(AdaptiveMatching, NeedsToBeToldTheDefence) {
  DefendedRun defended("clip_norm = 0.1");
  defended.clip(0.1);
  ThreatModel untold = honest_but_curious();
  untold.knows_pipeline = false;
  const Observation seen = defended.observe();
  expect_error([&] { error_of(seen, defended.truth, adaptive, untold); }, ErrorKind::configuration,
               {"the objective needs how updates are clipped, perturbed and encoded", "denies"});
  // From the update alone it needs no word.
  EXPECT_LT(error_of(seen, defended.truth, estimating, untold), 1e-10);
}

/// Of a sum of several clients nothing is known that intervals could hold; without a defence it is a gradient as
/// others.
TEST(AdaptiveMatching, SeesASumOnlyWhereNothingWasDoneToItsParts) {
  const auto error = [](const std::string& update) {
    DefendedRun defended(update);
    defended.run.record(1, "client-2", UpdateKind::gradient, defended.sent, 1);
    defended.observe(1);
    ThreatModel aggregate = honest_but_curious();
    aggregate.observes = View::aggregate;
    const Observation sum = Observation::read_aggregate(defended.run.file(), 1);
    const AttackResult result = run_attack(sum, aggregate, settings(R"(method = "gradient_matching"
reconstruct_examples = 1
[objective]
name = "defended"
[solver]
name = "lbfgs"
iterations = 100
[initialiser]
name = "uniform"
[labels]
name = "negative_bias"
)"));
    return std::abs(result.inputs[20] - static_cast<double>(defended.truth[20]));
  };
  EXPECT_LT(error(""), 1e-4) << "two clients with the same picture";
  expect_error([&] { error("clip_norm = 0.1"); }, ErrorKind::configuration, {"one client's update", "a sum"});
}

}  // namespace
}  // namespace tacit::attacks
