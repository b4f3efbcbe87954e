// The audits must raise an alarm where a defence is broken and stay silent where it is not. What clients send is made
// by their own code and pipeline and read off the wire.
#include <cmath>

#include "attacks/attack.h"
#include "core/expect_error.h"
#include "core/random.h"
#include "evaluation/inference/noisy_step.h"
#include "evaluation/inference/one_run_audit.h"
#include "evaluation/inference/step_audit.h"
#include "privacy/auditing/binomial.h"
#include "privacy/auditing/gaussian_privacy.h"
#include "privacy/auditing/one_shot.h"

namespace tacit::evaluation {
namespace {

constexpr double delta = 1e-5;
constexpr const char* clipped = "clip_norm = 1.0\n";

ExchangeSettings perceptron(const std::string& update) {
  return {
      "[[layers]]\ntype = \"linear\"\noutputs = 6\n[[layers]]\ntype = \"tanh\"\n[[layers]]\ntype = \"linear\"\n"
      "outputs = 3\n",
      "algorithm = \"fedsgd\"\nbatch_size = 4\nlearning_rate = 0.1\n",
      update,
      {4},
      3};
}

/// Features far out of the ordinary, so that the gradient is many times longer than the clip norm.
datasets::Dataset client(std::uint32_t number, double size) {
  RandomStream stream({21, Purpose::test, number, 0});
  std::vector<float> features(4 * 4);
  for (float& value : features) value = static_cast<float>(size * stream.uniform(-1, 1));
  return examples_of({4}, features, {0, 1, 2, 1}, 3, static_cast<float>(-size), static_cast<float>(size));
}

/// A step under audit: the claim is that of noise multiplier `claimed_z` over `claimed_steps` releases.
struct Build {
  std::string update = clipped;
  double noise = 1;  ///< deviation that is really added
  std::size_t steps = 1;
  double claimed_z = 1;
  std::size_t claimed_steps = 1;
};

StepAudit audited(const Build& build, std::uint64_t seed, const StepAuditSettings& settings = {1000, 1e-6}) {
  const Exchange exchange(perceptron(build.update));
  const NoisyStep step(exchange, exchange.initial(2), client(0, 40), {client(1, 1), client(2, 1)}, build.noise, seed);
  const double mu = std::sqrt(static_cast<double>(build.claimed_steps)) / build.claimed_z;
  return audit_step([&](bool in, std::uint64_t run) { return step.release(in, run, build.steps); },
                    step.canary_update(), {privacy::gaussian_epsilon(mu, delta), delta}, settings);
}

TEST(SeededDefects, TheRightBuildIsSilent) {
  // 20 audits with a false alarm probability of at most 1e-6 each.
  double largest = 0;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const StepAudit audit = audited({}, seed);
    EXPECT_FALSE(audit.alarm) << seed << ": mu at least " << audit.mu;
    largest = std::max(largest, audit.mu);
  }
  // Silent because the bound holds, not because nothing is seen: mu is 1.
  EXPECT_GT(largest, 0.4);
  EXPECT_FALSE(audited({clipped, 2, 4, 2, 4}, 3).alarm);
}

TEST(SeededDefects, MissingNoiseIsFound) {
  const StepAudit audit = audited({clipped, 0}, 1);
  EXPECT_TRUE(audit.alarm);
  EXPECT_EQ(audit.counts.hits, audit.counts.ins);
  EXPECT_EQ(audit.counts.false_alarms, 0u);
  // What so few runs can show without an assumption, however bad the mechanism: ln(n / ln(2 / alpha)) or so.
  EXPECT_GT(audit.epsilon, 3.0);
}

TEST(SeededDefects, HalfTheNoiseIsFound) {
  EXPECT_TRUE(audited({clipped, 0.5}, 1).alarm);
}

TEST(SeededDefects, MissingClippingIsFound) {
  const StepAudit audit = audited({"", 1}, 1);
  EXPECT_TRUE(audit.alarm) << audit.mu;
}

TEST(SeededDefects, AClipNormTwiceTooLargeIsFound) {
  EXPECT_TRUE(audited({"clip_norm = 2.0\n", 1}, 1).alarm);
}

TEST(SeededDefects, NoiseOfOneRoundForAllIsFound) {
  // Four rounds whose sum has the noise of one: mu is 4 where 2 is claimed.
  Build build{clipped, 0.5, 4, 1, 4};
  EXPECT_TRUE(audited(build, 1).alarm);
  build.noise = 1;
  EXPECT_FALSE(audited(build, 1).alarm);
}

TEST(SeededDefects, AnAccountantThatCountsHalfTheRoundsIsFound) {
  const StepAuditSettings settings{8000, 1e-4};
  EXPECT_TRUE(audited({clipped, 1, 4, 1, 2}, 1, settings).alarm);
  EXPECT_FALSE(audited({clipped, 1, 4, 1, 4}, 1, settings).alarm);
}

TEST(SeededDefects, AreFoundInOneRunByManyCanaries) {
  // Canary clients with one random direction each, put in by a coin, and one noisy sum of z = 4. The delta of a one-run
  // audit has to be far below alpha over the number of canaries.
  constexpr double tiny_delta = 1e-12;
  const double claim = privacy::gaussian_epsilon(0.25, tiny_delta);
  constexpr std::size_t canaries = 300, dimension = 20'000;
  const auto bound = [&](double noise, double length) {
    RandomStream stream({5, Purpose::test, 0, 0});
    std::vector<std::vector<float>> directions(canaries, std::vector<float>(dimension));
    std::vector<char> members(canaries);
    std::vector<double> sum(dimension);
    for (std::size_t c = 0; c < canaries; ++c) {
      members[c] = stream.below(2) == 1;
      for (float& value : directions[c])
        value = static_cast<float>(length * stream.normal() / std::sqrt(static_cast<double>(dimension)));
      for (std::size_t k = 0; k < dimension && members[c] != 0; ++k) sum[k] += directions[c][k];
    }
    for (double& value : sum) value += noise * stream.normal();
    std::vector<double> scores(canaries);
    for (std::size_t c = 0; c < canaries; ++c)
      for (std::size_t k = 0; k < dimension; ++k) scores[c] += directions[c][k] * sum[k];
    return one_run_bound(scores, members, tiny_delta, 1e-6).epsilon;
  };
  EXPECT_LT(bound(4, 1), claim);
  EXPECT_GT(bound(0, 1), claim);   // at best 300 right guesses show about ln(300 / ln(5 / alpha)) = 3
  EXPECT_GT(bound(4, 20), claim);  // not clipped
}

/// The noise stage of the client's own pipeline, audited on the wire: does the client hold the canary or other
/// examples? Updates of norm 1 at most are at most 2 apart, so noise of deviation 2 has mu = 1.
StepAudit audited_pipeline(const std::string& update) {
  const Exchange exchange(perceptron(update)), silent(perceptron(clipped));
  const Parameters start = exchange.initial(2);
  const datasets::Dataset canary = client(0, 40), other = client(3, 40);
  std::vector<float> direction = silent.observe(start, canary).update();
  const std::vector<float> away = silent.observe(start, other).update();
  for (std::size_t k = 0; k < direction.size(); ++k) direction[k] -= away[k];
  return audit_step(
      [&](bool in, std::uint64_t run) { return exchange.observe(start, in ? canary : other, run).update(); }, direction,
      {privacy::gaussian_epsilon(1, delta), delta}, {100, 1e-4});
}

TEST(SeededDefects, OfTheClientsOwnNoiseAreFound) {
  EXPECT_FALSE(audited_pipeline("clip_norm = 1.0\nnoise = \"gaussian\"\nnoise_scale = 2.0\n").alarm);
  EXPECT_TRUE(audited_pipeline(clipped).alarm);
  EXPECT_TRUE(audited_pipeline("clip_norm = 1.0\nnoise = \"gaussian\"\nnoise_scale = 0.2\n").alarm);
  EXPECT_TRUE(audited_pipeline("noise = \"gaussian\"\nnoise_scale = 2.0\n").alarm);
}

// Label leak. An update of noise says nothing of labels, so whoever finds them has another source.

/// P-value of the claim that an attack sees no labels, by its label accuracy on updates of noise.
double label_leak_p_value(bool leaking) {
  const Exchange exchange(perceptron(clipped));
  std::size_t right = 0, trials = 0;
  for (std::uint32_t trial = 0; trial < 30; ++trial) {
    RandomStream stream({9, Purpose::test, trial, 0});
    const auto label = static_cast<std::int32_t>(stream.below(3));
    const datasets::Dataset example = examples_of({4}, {0.1f, 0.2f, 0.3f, 0.4f}, {label}, 3);
    const attacks::Observation seen = exchange.observe(exchange.initial(trial), example);
    std::vector<float> noise(seen.update().size());
    for (float& value : noise) value = static_cast<float>(stream.normal());
    attacks::ThreatModel threat_model;
    threat_model.knows_labels = leaking;
    const attacks::KnownLabels labels{example.labels};
    const auto settings = attacks::AttackSettings::from_config(
        ConfigTable::parse_text(std::string("method = \"gradient_matching\"\n[objective]\nname = \"euclidean\"\n"
                                            "[solver]\nname = \"lbfgs\"\niterations = 1\n[initialiser]\nname = "
                                            "\"normal\"\n[labels]\nname = \"") +
                                    (leaking ? "known" : "idlg") + "\"\n",
                                "leak.toml"),
        "leak.toml");
    const attacks::AttackResult result =
        attacks::run_attack(seen.with_update(noise), threat_model, settings, leaking ? &labels : nullptr, {});
    right += result.labels.at(0) == label;
    ++trials;
  }
  return privacy::binomial_upper_tail(right, trials, 1.0 / 3);
}

TEST(SeededDefects, LeakedLabelsAreFound) {
  EXPECT_LT(label_leak_p_value(true), 1e-12);
  EXPECT_GT(label_leak_p_value(false), 1e-6);
}

TEST(SeededDefects, LabelsWithoutAGrantAreRefused) {
  const Exchange exchange(perceptron(clipped));
  const attacks::Observation seen = exchange.observe(exchange.initial(1), client(1, 1));
  const attacks::KnownLabels labels{{0, 1, 2, 1}};
  expect_error([&] { attacks::run_attack(seen, {}, attacks::AttackSettings::from_catalog("dlg"), &labels); },
               ErrorKind::usage, {"labels that the threat model denies"});
}

}  // namespace
}  // namespace tacit::evaluation
