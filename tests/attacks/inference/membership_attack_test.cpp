#include "attacks/inference/membership_attack.h"

#include <set>
#include <type_traits>

#include "attacks/metrics/roc.h"
#include "attacks/recorded_run.h"
#include "core/expect_error.h"
#include "core/random.h"
#include "models/specification.h"

namespace tacit::attacks {
namespace {

constexpr std::size_t features = 16, count = 40;

// Promise P3 by type: the evidence is what the wire said, models of the attacker's own and a seed. A structured binding
// names every member, so that a new one does not compile until it is listed here.
[[maybe_unused]] void evidence_holds_no_truth(const MembershipEvidence& evidence, const RunSignals& seen) {
  const auto& [signals, shadows, seed, ascended] = evidence;
  static_assert(std::is_same_v<std::remove_cvref_t<decltype(ascended)>, bool>);
  static_assert(std::is_same_v<decltype(signals), const RunSignals&>);
  static_assert(std::is_same_v<std::remove_cvref_t<decltype(shadows)>, std::vector<ShadowModel>>);
  const auto& [models, alignments, rounds, clients, refused] = seen;
  static_assert(std::is_same_v<std::remove_cvref_t<decltype(models)>, std::vector<ExampleSignals>>);
  static_assert(std::is_same_v<std::remove_cvref_t<decltype(alignments)>, std::vector<UpdateAlignment>>);
}

/// Random examples with random labels: nothing about them can be known but by heart.
Candidates candidates() {
  Candidates all{random_inputs(count * features, -1, 1, 3), {}};
  RandomStream stream({3, Purpose::test, 7, 0});
  for (std::size_t i = 0; i < count; ++i) all.labels.push_back(static_cast<std::int32_t>(stream.below(10)));
  return all;
}

std::vector<char> first_half() {
  std::vector<char> members(count, 0);
  std::fill_n(members.begin(), count / 2, 1);
  return members;
}

/// Two rounds of three clients; the first half of `trained_on` is dealt to them in turn.
SeenRun run_of(const Candidates& trained_on) {
  static const std::string training =
      "algorithm = \"fedavg\"\nlearning_rate = 0.5\nbatch_size = 64\nlocal_epochs = 60\n";
  RecordedRun run(tanh_mlp_toml, {features}, 10, training);
  std::vector<float> theta(run.theta().begin(), run.theta().end());
  for (std::uint32_t round = 1; round <= 2; ++round) {
    run.set_theta(theta);
    std::vector<float> sum(theta.size());
    for (std::size_t client = 0; client < 3; ++client) {
      Candidates own;
      for (std::size_t i = client; i < count / 2; i += 3) {
        own.inputs.insert(own.inputs.end(), trained_on.inputs.begin() + static_cast<std::ptrdiff_t>(i * features),
                          trained_on.inputs.begin() + static_cast<std::ptrdiff_t>((i + 1) * features));
        own.labels.push_back(trained_on.labels[i]);
      }
      const std::vector<float> delta = run.delta(own.inputs, own.labels, 0.5, 60);
      run.record(round, "client-" + std::to_string(client + 1), UpdateKind::delta, delta, own.size());
      for (std::size_t k = 0; k < sum.size(); ++k) sum[k] += delta[k] / 3;
    }
    for (std::size_t k = 0; k < sum.size(); ++k) theta[k] += sum[k];
  }
  return {Observation::read_all(run.file()), Parameters(run.model().schema(), theta)};
}

/// Models of the attacker's own, with other halves of the candidates: made by the same code from other start values.
std::vector<ShadowModel> shadows_of(const Candidates& all) {
  std::vector<ShadowModel> shadows;
  for (std::uint32_t s = 0; s < 6; ++s) {
    RecordedRun run(tanh_mlp_toml, {features}, 10, fedsgd_toml, 100 + s);
    ShadowModel shadow;
    Candidates own;
    for (std::size_t i = 0; i < count; ++i) {
      shadow.members.push_back((i + s) % 2 == 0);
      if (!shadow.members[i]) continue;
      own.inputs.insert(own.inputs.end(), all.inputs.begin() + static_cast<std::ptrdiff_t>(i * features),
                        all.inputs.begin() + static_cast<std::ptrdiff_t>((i + 1) * features));
      own.labels.push_back(all.labels[i]);
    }
    std::vector<float> theta = run.delta(own.inputs, own.labels, 0.5, 120);
    for (std::size_t k = 0; k < theta.size(); ++k) theta[k] += run.theta()[k];
    const auto model = models::build_model<double>(ConfigTable::parse_text(tanh_mlp_toml, "model"), {features}, 10);
    shadow.confidences = signals_of(model, theta, all).confidences;
    shadows.push_back(std::move(shadow));
  }
  return shadows;
}

double area(const MembershipAttack& attack, const RunSignals& signals, const std::vector<ShadowModel>& shadows) {
  return Roc(attack.scores({signals, shadows, 5, true}), first_half()).auc().value;
}

TEST(MembershipAttacks, FindWhatWasLearntByHeart) {
  const Candidates all = candidates();
  const RunSignals signals = signals_of_run(run_of(all), {}, all);
  ASSERT_EQ(signals.models.size(), 3u);
  ASSERT_EQ(signals.alignments.size(), 6u);
  const std::vector<ShadowModel> shadows = shadows_of(all);
  for (const MembershipAttack& attack : membership_attacks())
    if (!attack.is_control) {
      // A guesser has 0.5 with a deviation of 0.092. Three shadow models are few for a deviation of each candidate.
      EXPECT_GT(area(attack, signals, shadows), attack.name == "lira_offline" ? 0.7 : 0.8) << attack.name;
    }
}

TEST(MembershipAttacks, FindNothingInARunOnOtherData) {
  const Candidates all = candidates();
  Candidates others = all;
  others.inputs = random_inputs(count * features, -1, 1, 77);
  const RunSignals signals = signals_of_run(run_of(others), {}, all);
  const std::vector<ShadowModel> shadows = shadows_of(all);
  // The deviation of the area of a guesser is 0.092 here.
  for (const MembershipAttack& attack : membership_attacks())
    EXPECT_NEAR(area(attack, signals, shadows), 0.5, 0.28) << attack.name;
}

TEST(MembershipAttacks, ControlsFindNothing) {
  const Candidates all = candidates();
  const RunSignals signals = signals_of_run(run_of(all), {}, all);
  for (const MembershipAttack& attack : membership_attacks())
    if (attack.is_control) {
      EXPECT_NEAR(area(attack, signals, {}), 0.5, 0.28) << attack.name;
    }
}

TEST(MembershipAttacks, OfAMemberOfTheRunSeeModelsAndNoUpdates) {
  const Candidates all = candidates();
  ThreatModel member;
  member.observer = Observer::member;
  const RunSignals signals = signals_of_run(run_of(all), member, all);
  EXPECT_TRUE(signals.alignments.empty());
  EXPECT_GT(area(membership_attack("loss"), signals, {}), 0.85);
  for (const char* name : {"cosine", "gradient_difference", "all_for_one"})
    expect_error([&] { membership_attack(name).scores({signals, {}, 1}); }, ErrorKind::configuration, {"member"});
}

TEST(MembershipAttacks, DoNotDependOnThreads) {
  const Candidates all = candidates();
  const SeenRun run = run_of(all);
  ThreadPool pool(3);
  AttackControl control;
  control.pool = &pool;
  const RunSignals one = signals_of_run(run, {}, all), several = signals_of_run(run, {}, all, control);
  EXPECT_EQ(one.last().losses, several.last().losses);
  EXPECT_EQ(one.alignments.back().cosines, several.alignments.back().cosines);
}

TEST(MembershipAttacks, HaveNamesOfTheirOwn) {
  std::set<std::string_view> names;
  for (const MembershipAttack& attack : membership_attacks()) {
    EXPECT_TRUE(names.insert(attack.name).second) << attack.name;
    EXPECT_EQ(&membership_attack(attack.name), &attack);
    EXPECT_EQ(attack.paper.empty(), attack.is_control) << attack.name;
  }
  expect_error([] { membership_attack("lira_ofline"); }, ErrorKind::usage, {"did you mean 'lira_offline'"});
  expect_error([] { signals_of_run({}, {}, candidates()); }, ErrorKind::usage, {"no update"});
  expect_error([] { signals_of_run(run_of(candidates()), {}, {}); }, ErrorKind::usage, {"no candidate"});
}

TEST(WholeRecordings, HoldTheObservationsThatAreReadOneByOne) {
  const Candidates all = candidates();
  RecordedRun run(tanh_mlp_toml, {features}, 10);
  run.record(1, "b", UpdateKind::gradient, run.gradient(all.inputs, all.labels), count);
  run.record(1, "a", UpdateKind::gradient, run.gradient(std::span(all.inputs).first(features), {all.labels.data(), 1}),
             1);
  const std::vector<Observation> seen = Observation::read_all(run.file());
  ASSERT_EQ(seen.size(), 2u);
  EXPECT_EQ(seen[0].serialize(), run.observe(1, "b").serialize());
  EXPECT_EQ(seen[1].serialize(), run.observe(1, "a").serialize());
}

}  // namespace
}  // namespace tacit::attacks
