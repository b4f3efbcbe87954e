#include "attacks/inference/update_alignment.h"

#include <cmath>

#include "attacks/inference/round_scores.h"
#include "attacks/observed_model.h"
#include "attacks/recorded_run.h"
#include "core/expect_error.h"

namespace tacit::attacks {
namespace {

constexpr std::size_t features = 64;

/// Ten candidates of which a client's update was made of the first `used`.
struct Case {
  RecordedRun run{tanh_mlp_toml, {features}, 10};
  Candidates candidates{random_inputs(10 * features, 0, 1, 9), {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}};

  Observation observe(std::size_t used) {
    return run.observe_gradient(std::span(candidates.inputs).first(used * features),
                                std::span(candidates.labels).first(used));
  }
};

TEST(UpdateAlignment, OfTheOnlyExampleIsOne) {
  Case one;
  const Observation seen = one.observe(1);
  const UpdateAlignment alignment = alignment_of(observed_model(seen.run()), seen, {}, one.candidates);
  EXPECT_NEAR(alignment.cosines[0], 1, 1e-6);
  double square = 0;
  for (const float value : seen.update()) square += static_cast<double>(value) * value;
  EXPECT_NEAR(alignment.differences[0] / square, 1, 1e-5);  // nothing is left without it
  for (std::size_t i = 1; i < 10; ++i) {
    EXPECT_LT(std::abs(alignment.cosines[i]), 0.95) << i;
    EXPECT_LT(alignment.differences[i], square) << i;
  }
}

TEST(UpdateAlignment, AgreesWithNormsTakenApart) {
  Case four;
  const Observation seen = four.observe(4);
  const UpdateAlignment alignment = alignment_of(observed_model(seen.run()), seen, {}, four.candidates);
  for (std::size_t i = 0; i < 10; ++i) {
    const std::vector<float> own = four.run.gradient(std::span(four.candidates.inputs).subspan(i * features, features),
                                                     std::span(four.candidates.labels).subspan(i, 1));
    double whole = 0, rest = 0, inner = 0, square = 0;
    for (std::size_t k = 0; k < own.size(); ++k) {
      const double g = seen.update()[k], c = own[k];
      whole += g * g;
      rest += (g - c / 4) * (g - c / 4);
      inner += g * c;
      square += c * c;
    }
    EXPECT_NEAR(alignment.differences[i], whole - rest, 1e-6 * whole) << i;
    EXPECT_NEAR(alignment.cosines[i], inner / std::sqrt(whole * square), 1e-6) << i;
  }
}

TEST(UpdateAlignment, OfADeltaPointsAgainstIt) {
  Case one;
  const std::span<const float> inputs = std::span(one.candidates.inputs).first(features);
  const std::span<const std::int32_t> labels = std::span(one.candidates.labels).first(1);
  RecordedRun run(tanh_mlp_toml, {features}, 10,
                  "algorithm = \"fedavg\"\nlearning_rate = 0.1\nbatch_size = 1\nmomentum = 0.5\n");
  run.record(1, "client-1", UpdateKind::delta, run.delta(inputs, labels, 0.1, 1), 1);
  const Observation seen = run.observe(1, "client-1");
  const UpdateAlignment alignment = alignment_of(observed_model(seen.run()), seen, {}, one.candidates);
  EXPECT_NEAR(alignment.cosines[0], 1, 1e-5);
  // Momentum leaves no scale: the cosine does not need one, the difference says so.
  EXPECT_TRUE(alignment.differences.empty());
  EXPECT_NE(alignment.differences_refused.find("momentum"), std::string::npos) << alignment.differences_refused;
}

TEST(UpdateAlignment, NeedsTheUpdateOfAClient) {
  Case one;
  const Observation seen = one.observe(1);
  ThreatModel member;
  member.observer = Observer::member;
  expect_error([&] { alignment_of(observed_model(seen.run()), seen, member, one.candidates); },
               ErrorKind::configuration, {"gradient alignment", "member"});
  ThreatModel blind;
  blind.knows_batch_size = false;
  const UpdateAlignment alignment = alignment_of(observed_model(seen.run()), seen, blind, one.candidates);
  EXPECT_TRUE(alignment.differences.empty());
  EXPECT_EQ(alignment.cosines.size(), 10u);
}

TEST(UpdateAlignment, IsRefusedWhereExamplesAreCoupled) {
  RecordedRun run(
      "[[layers]]\ntype = \"linear\"\noutputs = 4\n[[layers]]\ntype = \"batch_norm\"\n[[layers]]\ntype = "
      "\"linear\"\noutputs = 3\n",
      {2}, 3);
  const Observation seen = run.observe_gradient(std::vector<float>{0, 1, 1, 0.5f}, std::vector<std::int32_t>{0, 1});
  expect_error(
      [&] {
        alignment_of(observed_model(seen.run()), seen, {}, {{0, 1}, {0}});
      },
      ErrorKind::configuration, {"batch_norm", "gradient alignment"});
}

/// Signals of two rounds and three clients made by hand: [update][candidate].
RunSignals by_hand(const std::vector<std::vector<double>>& cosines) {
  RunSignals signals;
  for (std::size_t u = 0; u < cosines.size(); ++u) {
    signals.alignments.push_back({cosines[u], {}, "no scale"});
    signals.rounds.push_back(static_cast<std::uint32_t>(1 + u / 3));
    signals.clients.push_back("client-" + std::to_string(1 + u % 3));
  }
  return signals;
}

TEST(RoundScores, TakeTheClientWithTheMostEvidence) {
  const RunSignals signals = by_hand({{0.4, 0}, {0.1, 0}, {0, 0.2}, {0.2, 0}, {0.1, 0}, {0, 0.4}});
  const std::vector<double> scores = cosine_scores(signals);
  EXPECT_NEAR(scores[0], 0.3, 1e-15);  // client-1 in both rounds
  EXPECT_NEAR(scores[1], 0.3, 1e-15);  // client-3
  expect_error([&] { difference_scores(signals); }, ErrorKind::configuration, {"no scale"});
  expect_error([&] { cosine_scores(RunSignals{}); }, ErrorKind::configuration, {});
}

TEST(RoundScores, AllForOneMeasuresAgainstTheOthers) {
  const RunSignals signals = by_hand({{0.4, 0.1}, {0.1, 0.0}, {0.0, 0.1}});
  // Client 1 against clients 2 and 3: means 0.05 and 0.05; squares 2 * 0.05^2 for each candidate, freedom 1 each.
  const double deviation = std::sqrt((0.005 + 0.005) / 2);
  const std::vector<double> scores = all_for_one_scores(signals);
  EXPECT_NEAR(scores[0], (0.4 - 0.05) / deviation, 1e-12);
  expect_error(
      [&] {
        all_for_one_scores(by_hand({{0.1, 0.2}, {0.1, 0.3}}));
      },
      ErrorKind::configuration, {"three clients"});
}

}  // namespace
}  // namespace tacit::attacks
