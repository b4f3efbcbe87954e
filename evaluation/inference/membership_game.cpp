#include "evaluation/inference/membership_game.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <numeric>

#include "attacks/malicious/ascent.h"
#include "attacks/observed_model.h"
#include "core/error.h"
#include "core/interrupt.h"
#include "core/random.h"
#include "evaluation/inference/seen_run.h"
#include "evaluation/inference/shadow_log.h"
#include "models/training.h"
#include "simulation/audit_settings.h"

namespace tacit::evaluation {
namespace {

namespace fs = std::filesystem;

// Of Purpose::inference_game: client 0 chooses candidates, 1 the coins of targets, 2 those of shadow models.
RandomStream stream_of(const simulation::Experiment& experiment, std::uint32_t round, std::uint32_t client) {
  return RandomStream({experiment.seed(), Purpose::inference_game, round, client});
}

std::vector<std::size_t> chosen_candidates(const simulation::Experiment& experiment, std::size_t available,
                                           std::size_t wanted) {
  std::vector<std::size_t> all(available);
  std::iota(all.begin(), all.end(), std::size_t{0});
  RandomStream stream = stream_of(experiment, 0, 0);
  stream.shuffle(std::span(all));
  all.resize(std::min(available, wanted));
  std::sort(all.begin(), all.end());
  return all;
}

std::vector<char> coins(RandomStream stream, std::size_t count) {
  std::vector<char> members(count);
  for (char& member : members) member = stream.below(2) == 1;
  return members;
}

/// [shadows][candidates]: each candidate in exactly half of the shadow models, rounded down, whichever.
std::vector<std::vector<char>> shadow_members(const simulation::Experiment& experiment, std::size_t shadows,
                                              std::size_t candidates) {
  std::vector<std::vector<char>> members(shadows, std::vector<char>(candidates));
  RandomStream stream = stream_of(experiment, 0, 2);
  for (std::size_t i = 0; i < candidates; ++i) {
    std::vector<char> in(shadows, 0);
    std::fill_n(in.begin(), shadows / 2, 1);
    stream.shuffle(std::span(in));
    for (std::size_t s = 0; s < shadows; ++s) members[s][i] = in[s];
  }
  return members;
}

class Game {
 public:
  Game(const simulation::Experiment& experiment, const MembershipSettings& settings, const fs::path& folder,
       Progress& bar)
      : experiment_(experiment),
        settings_(settings),
        folder_(folder),
        bar_(bar),
        data_(experiment.data()),
        threat_model_(simulation::threat_model_of(experiment, data_.train)),
        pool_(experiment.threads()) {
    outcome_.candidates = chosen_candidates(experiment, data_.train.size(), settings.candidates);
    if (outcome_.candidates.size() < 2 * experiment.clients() || outcome_.candidates.size() < 4)
      experiment.section("data").refuse(
          "source", fmt::format("{} candidates, of which half are trained on, are too few for {} clients",
                                outcome_.candidates.size(), experiment.clients()));
    if (settings.ascent > 0) threat_model_.require(attacks::Need::crafted_updates, "ascent");
    candidates_ = candidates_of(data_.train, outcome_.candidates);
    outcome_.labels = candidates_.labels;
  }

  MembershipOutcome play() {
    train_shadows();
    for (std::size_t t = 0; t < settings_.targets; ++t) attack_target(t);
    judge();
    return std::move(outcome_);
  }

 private:
  /// A run of its own seed on the candidates that are in it.
  simulation::Experiment run_on(const std::vector<char>& members, std::uint64_t number) const {
    std::vector<std::size_t> in;
    for (std::size_t i = 0; i < members.size(); ++i)
      if (members[i] != 0) in.push_back(outcome_.candidates[i]);
    datasets::TrainTest data = data_;
    data.train = data_.train.subset(in);
    const std::uint64_t seed = (experiment_.seed() * 1'000'003 + number) & 0x7fffffffffffffffull;
    return experiment_.with("run.seed", static_cast<std::int64_t>(seed)).on(std::move(data));
  }

  void train_shadows() {
    const auto members = shadow_members(experiment_, settings_.shadows, candidates_.size());
    ShadowLog log(folder_, candidates_.size());
    for (std::size_t s = 0; s < settings_.shadows; ++s) {
      const fs::path folder = folder_ / fmt::format("shadow-{}", s + 1);
      if (const std::vector<double>* done = log.find(s)) {
        outcome_.shadows.push_back({members[s], *done});
        fs::remove_all(folder);
        bar_.advance(1);
        continue;
      }
      const TrainedRun run = train_and_see(run_on(members[s], 1000 + s), folder, bar_, 1);
      const auto model = attacks::observed_model(run.seen.updates.front().run());
      const auto signals = attacks::signals_of(model, run.seen.final_model->values(), candidates_);
      log.add(s, signals.confidences);
      outcome_.shadows.push_back({members[s], signals.confidences});
      fs::remove_all(folder);
    }
  }

  void attack_target(std::size_t number) {
    MembershipTarget target;
    target.members = coins(stream_of(experiment_, static_cast<std::uint32_t>(number), 1), candidates_.size());
    simulation::Experiment experiment = run_on(target.members, number);
    if (settings_.ascent > 0) experiment = experiment.joined_by(1);
    const TrainedRun run = train_and_see(experiment, folder_ / fmt::format("target-{}", number + 1), bar_, 1,
                                         settings_.ascent > 0 ? std::optional(climber()) : std::nullopt);
    attacks::AttackControl control;
    control.pool = &pool_;
    control.cancelled = [] { return interrupted(); };
    const attacks::RunSignals signals = attacks::signals_of_run(run.seen, threat_model_, candidates_, control);
    target.losses = signals.last().losses;
    for (std::size_t a = 0; a < settings_.attacks.size(); ++a) target.scores.push_back(scores_of(a, signals, number));
    target.test_accuracy = run.result.test_accuracy();
    measure_accuracy(*run.seen.final_model, target);
    outcome_.targets.push_back(std::move(target));
    bar_.advance(1);
  }

  /// Climbs on all candidates alike, as it does not know which of them the others hold.
  simulation::MaliciousClient climber() const {
    const auto model = std::make_shared<const models::Model<float>>(experiment_.model(data_.train));
    return {data_.train.subset(std::span(outcome_.candidates).first(1)),
            [this, model](client::TrainedUpdate& update, const Parameters& start) {
              update.values = attacks::ascent_step(*model, start.values(), candidates_, settings_.ascent);
              // A coordinator goes against a gradient and along a change.
              if (update.kind == v1::UPDATE_KIND_GRADIENT)
                for (float& value : update.values) value = -value;
            }};
  }

  /// Empty, and the reason in the row, where the attack does not apply.
  std::vector<double> scores_of(std::size_t attack, const attacks::RunSignals& signals, std::size_t target) {
    outcome_.rows.resize(settings_.attacks.size());
    MembershipRow& row = outcome_.rows[attack];
    row.attack = settings_.attacks[attack];
    try {
      if (row.attack->needs_shadows && outcome_.shadows.empty())
        fail(ErrorKind::configuration, "it needs shadow models, and shadows = 0");
      return row.attack->scores(
          {signals, outcome_.shadows, experiment_.seed() * 1'000'003 + target, settings_.ascent > 0});
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::configuration) throw;
      row.note = error.what();
      return {};
    }
  }

  void measure_accuracy(const Parameters& model, MembershipTarget& target) const {
    const models::Model<float> network = experiment_.model(data_.train);
    for (const bool in : {true, false}) {
      std::vector<std::size_t> indices;
      for (std::size_t i = 0; i < target.members.size(); ++i)
        if ((target.members[i] != 0) == in) indices.push_back(outcome_.candidates[i]);
      if (indices.empty()) continue;
      const double accuracy = models::evaluate(network, model.values(), data_.train.subset(indices)).accuracy;
      (in ? target.member_accuracy : target.other_accuracy) = accuracy;
    }
  }

  void judge() {
    for (std::size_t a = 0; a < outcome_.rows.size(); ++a) {
      std::vector<double> scores;
      std::vector<char> members;
      for (const MembershipTarget& target : outcome_.targets) {
        scores.insert(scores.end(), target.scores[a].begin(), target.scores[a].end());
        members.insert(members.end(), target.members.begin(), target.members.end());
      }
      if (outcome_.rows[a].note.empty()) outcome_.rows[a].roc.emplace(scores, members);
    }
  }

  const simulation::Experiment& experiment_;
  const MembershipSettings& settings_;
  fs::path folder_;
  Progress& bar_;
  datasets::TrainTest data_;
  attacks::ThreatModel threat_model_;
  ThreadPool pool_;
  attacks::Candidates candidates_;
  MembershipOutcome outcome_;
};

}  // namespace

MembershipSettings MembershipSettings::from_config(ConfigTable section) {
  MembershipSettings settings;
  settings.candidates = static_cast<std::size_t>(section.integer("candidates", {4, 1'000'000}, 1000));
  settings.targets = static_cast<std::size_t>(section.integer("targets", {1, 1000}, 1));
  settings.shadows = static_cast<std::size_t>(section.integer("shadows", {0, 10'000}, 8));
  settings.ascent = section.number("ascent", {0, 1e6}, 0);
  std::vector<std::string> all;
  for (const auto& attack : attacks::membership_attacks())
    if (!attack.is_control) all.emplace_back(attack.name);
  for (const std::string& name : section.strings("attacks", all)) {
    if (std::find(all.begin(), all.end(), name) == all.end())
      section.refuse("attacks", fmt::format("'{}' is none of {}", name, fmt::join(all, ", ")));
    settings.attacks.push_back(&attacks::membership_attack(name));
  }
  section.finish();
  for (const auto& attack : attacks::membership_attacks())
    if (attack.is_control) settings.attacks.push_back(&attack);
  return settings;
}

double membership_work(const MembershipSettings& settings) {
  return static_cast<double>(settings.shadows + 2 * settings.targets);
}

MembershipOutcome play_membership(const simulation::Experiment& experiment, const MembershipSettings& settings,
                                  const fs::path& folder, Progress& bar) {
  return Game(experiment, settings, folder, bar).play();
}

}  // namespace tacit::evaluation
