#include <cmath>
#include <numbers>

#include "attacks/attack.h"
#include "attacks/attack_case.h"
#include "core/expect_error.h"

namespace tacit::attacks {
namespace {

using std::numbers::pi;

constexpr const char* tower_toml =
    "loss = \"mean_squared_error\"\n[[layers]]\ntype = \"quantum\"\nqubits = 2\nencoding = \"fourier_tower\"\n"
    "qubits_per_feature = 2\nlayers = 3\nobservables = \"z_mean\"\n";

double distance_on_circle(double a, double b) {
  return std::abs(std::remainder(a - b, 2 * pi));
}

TEST(AlgebraicAttack, SolvesARecordedGradientWithoutTheLabel) {
  const AttackSettings attack = AttackSettings::from_catalog("algebraic");
  for (std::uint64_t seed = 0; seed < 5; ++seed) {
    RecordedRun run(tower_toml, {1}, 2, fedsgd_toml, seed);
    run.set_theta(random_inputs(run.theta().size(), 0, 2 * pi, 70 + seed));
    const auto input = random_inputs(1, 0, 2 * pi, seed);
    const std::vector<std::int32_t> label{static_cast<std::int32_t>(seed % 2)};
    const AttackResult result =
        run_attack(run.observe_gradient(input, label), honest_but_curious({0, 2 * pi}, true), attack);
    bool found = false;
    for (const RestartRow& row : result.rows) {
      EXPECT_LT(row.score, 1e-5);
      found |= row.labels == label && distance_on_circle(row.inputs[0], input[0]) < 1e-4;
    }
    EXPECT_TRUE(found) << seed;
    EXPECT_EQ(result.score, result.rows[result.chosen].score);
    EXPECT_NE(result.notes[0].find("of degree 12"), std::string::npos) << result.notes[0];
  }
}

TEST(AlgebraicAttack, UsesAKnownLabelAndSaysWhenNothingFits) {
  RecordedRun run(tower_toml, {1}, 2);
  const auto input = random_inputs(1, 0, 2 * pi, 9);
  const std::vector<std::int32_t> label{1};
  const AttackSettings attack = AttackSettings::from_catalog("algebraic");
  ThreatModel threat_model = honest_but_curious({0, 2 * pi}, true);
  threat_model.knows_labels = true;
  const Observation seen = run.observe_gradient(input, label);
  const KnownLabels right{label}, wrong{{0}}, two{{0, 1}};
  EXPECT_LT(distance_on_circle(run_attack(seen, threat_model, attack, &right).inputs[0], input[0]), 1e-4);
  const AttackResult none = run_attack(seen, threat_model, attack, &wrong);
  ASSERT_EQ(none.rows.size(), 1u);
  EXPECT_GT(none.score, 1e-5);
  EXPECT_NE(none.notes.back().find("No input"), std::string::npos);
  expect_error([&] { run_attack(seen, threat_model, attack, &two); }, ErrorKind::usage, {"2 labels"});
}

TEST(AlgebraicAttack, RefusesOtherModelsAndBatches) {
  const AttackSettings attack = AttackSettings::from_catalog("algebraic");
  RecordedRun network(tanh_mlp_toml, {1, 8, 8}, 10);
  const std::vector<std::int32_t> label{1};
  expect_error([&] { run_attack(network.observe_gradient(picture(1), label), honest_but_curious(), attack); },
               ErrorKind::configuration, {"one quantum layer", "'linear'"});
  RecordedRun run(tower_toml, {1}, 2);
  expect_error(
      [&] {
        run_attack(run.observe_gradient(random_inputs(2, 0, 1, 1), std::vector<std::int32_t>{0, 1}),
                   honest_but_curious({0, 2 * pi}, true), attack);
      },
      ErrorKind::configuration, {"one example", "2"});
  RecordedRun single(tower_toml, {1}, 2);
  const Observation seen = single.observe_gradient(random_inputs(1, 0, 1, 1), label);
  const std::size_t size = seen.update().size();
  const ThreatModel threat_model = honest_but_curious({0, 2 * pi}, true);
  expect_error([&] { run_attack(seen.with_update(std::vector<float>(size)), threat_model, attack); }, ErrorKind::data,
               {"zero everywhere"});
  expect_error([&] { run_attack(seen.with_update(std::vector<float>(size, NAN)), threat_model, attack); },
               ErrorKind::data, {"nan"});
}

}  // namespace
}  // namespace tacit::attacks
