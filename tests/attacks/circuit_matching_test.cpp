#include <numbers>

#include "attacks/attack.h"
#include "attacks/attack_case.h"
#include "attacks/score.h"
#include "core/expect_error.h"

namespace tacit::attacks {
namespace {

constexpr double pi = std::numbers::pi;

/// Four qubits, R_Y encoding, two layers, the mean of Z: a setting that the qflp study recovers in 20 of 20 cases.
constexpr const char* circuit_toml =
    "loss = \"mean_squared_error\"\n[[layers]]\ntype = \"quantum\"\nqubits = 4\nencoding = \"angle\"\n"
    "encoding_axis = \"y\"\nlayers = 2\nobservables = \"z_mean\"\n";

TEST(CircuitMatching, RecoversTheInputsOfFourQubits) {
  const Features angles{{4}, Bounds{0, pi}, true};
  AttackSettings attack = AttackSettings::from_catalog("vqc_matching");
  change_matching(attack, [&](MatchingSettings& matching) { matching.restarts = 10; });  // as in the study
  std::size_t recovered = 0;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    RecordedRun run(circuit_toml, {4}, 2, fedsgd_toml, seed);
    run.set_theta(random_inputs(run.theta().size(), 0, 2 * pi, 50 + seed));
    const auto inputs = random_inputs(4, 0, pi, seed);
    const std::vector<std::int32_t> label{static_cast<std::int32_t>(seed % 2)};
    ThreatModel threat_model = honest_but_curious({0, pi}, true);
    const AttackResult result = run_attack(run.observe_gradient(inputs, label), threat_model, attack);
    EXPECT_EQ(result.rows.size(), 20u);  // ten starts for each label
    const Score score_of = score(result, {wide(inputs), label}, angles);
    recovered += score_of.examples[0].largest_error < 0.05 ? 1u : 0u;
  }
  EXPECT_EQ(recovered, 20u);
}

TEST(CircuitMatching, AnInputOutsideTheLightConeIsAmbiguousNotStuck) {
  // Z on qubit 0 behind one layer and a chain of CNOTs sees qubit 0 only: the other inputs leave no trace.
  RecordedRun run(
      "loss = \"mean_squared_error\"\n[[layers]]\ntype = \"quantum\"\nqubits = 4\nencoding = \"angle\"\n"
      "encoding_axis = \"y\"\nlayers = 1\nobservables = \"z_first\"\n",
      {4}, 2);
  const auto inputs = random_inputs(4, 0, pi, 1);
  const std::vector<std::int32_t> label{1};
  const Observation seen = run.observe_gradient(inputs, label);
  const AttackResult result =
      run_attack(seen, honest_but_curious({0, pi}, true), AttackSettings::from_catalog("vqc_matching"));
  double norm = 0;
  for (const float value : seen.update()) norm += static_cast<double>(value) * static_cast<double>(value);
  const Score score_of = score(result, {wide(inputs), label}, {{4}, Bounds{0, pi}, true});
  EXPECT_EQ(outcome_of(score_of.examples[0].largest_error, result.score, norm), Outcome::ambiguous);
}

}  // namespace
}  // namespace tacit::attacks
