#include "evaluation/inference/one_run_audit.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "attacks/report/text_table.h"
#include "core/error.h"
#include "core/interrupt.h"
#include "core/random.h"
#include "evaluation/inference/canary_clients.h"
#include "evaluation/inference/seen_run.h"
#include "simulation/audit_settings.h"

namespace tacit::evaluation {
namespace {

constexpr double shares[] = {0.05, 0.1, 0.25, 0.5, 1};

/// Canaries with their coins, and what the run trains on: all examples that are no canary, and the canaries that are
/// in.
struct Canaries {
  attacks::Candidates candidates;
  std::vector<char> members;
  std::vector<std::size_t> begins;  ///< of each one's candidates, and the end
  simulation::Experiment audited;

  /// What a run says of each canary: the mean over its candidates.
  attacks::RunSignals of_canaries(attacks::RunSignals signals) const {
    const auto average = [&](std::vector<double>& values) {
      if (values.empty()) return;
      std::vector<double> means;
      for (std::size_t c = 0; c < members.size(); ++c) {
        double sum = 0;
        for (std::size_t i = begins[c]; i < begins[c + 1]; ++i) sum += values[i];
        means.push_back(sum / static_cast<double>(begins[c + 1] - begins[c]));
      }
      values = std::move(means);
    };
    for (attacks::ExampleSignals& model : signals.models) average(model.losses), average(model.confidences);
    for (attacks::UpdateAlignment& update : signals.alignments) average(update.cosines), average(update.differences);
    return signals;
  }
};

Canaries clients_of(const simulation::Experiment& experiment, std::size_t count) {
  CanaryClients clients = canary_clients(experiment, count);
  return {{clients.examples.features, clients.examples.labels},
          std::move(clients.members),
          std::move(clients.begins),
          std::move(clients.experiment)};
}

Canaries examples_of(const simulation::Experiment& experiment, std::size_t count) {
  datasets::TrainTest data = experiment.data();
  datasets::Dataset& train = data.train;
  Canaries result{{}, {}, {}, experiment};
  if (count >= train.size())
    experiment.section("data").refuse(
        "source",
        fmt::format("{} training examples cannot hold {} canaries and something to learn", train.size(), count));
  if (train.classes < 2) experiment.section("data").refuse("source", "a wrong label needs two classes");
  RandomStream stream({experiment.seed(), Purpose::inference_game, 0, 3});
  std::vector<std::size_t> order(train.size()), kept;
  std::iota(order.begin(), order.end(), std::size_t{0});
  stream.shuffle(std::span(order));
  const std::vector<std::size_t> chosen(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(count));
  for (const std::size_t index : chosen) {
    std::int32_t& label = train.labels[index];
    const auto other = static_cast<std::int32_t>(stream.below(train.classes - 1));
    label = other < label ? other : other + 1;
    result.members.push_back(stream.below(2) == 1);
    if (result.members.back() != 0) kept.push_back(index);
  }
  result.candidates = candidates_of(train, chosen);
  kept.insert(kept.end(), order.begin() + static_cast<std::ptrdiff_t>(count), order.end());
  std::sort(kept.begin(), kept.end());
  train.keep(kept);
  result.begins.resize(count + 1);
  std::iota(result.begins.begin(), result.begins.end(), std::size_t{0});
  result.audited = experiment.on(std::move(data));
  return result;
}

/// What guessing all of m canaries right would show.
double ceiling_of(std::size_t canaries, double delta, double alpha) {
  return privacy::one_run_epsilon({canaries, canaries, canaries}, delta, alpha / std::size(shares));
}

}  // namespace

privacy::OneRunGuesses guess_extremes(std::span<const double> scores, std::span<const char> members,
                                      std::size_t guesses) {
  if (scores.size() != members.size() || guesses > scores.size())
    fail(ErrorKind::usage, "{} guesses of {} canaries with {} scores", guesses, members.size(), scores.size());
  std::vector<std::size_t> order(scores.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return scores[a] > scores[b]; });
  privacy::OneRunGuesses result{scores.size(), guesses, 0};
  const std::size_t in = (guesses + 1) / 2;
  for (std::size_t i = 0; i < in; ++i) result.right += members[order[i]] != 0;
  for (std::size_t i = 0; i < guesses - in; ++i) result.right += members[order[order.size() - 1 - i]] == 0;
  return result;
}

OneRunBound one_run_bound(std::span<const double> scores, std::span<const char> members, double delta, double alpha) {
  OneRunBound best;
  for (const double share : shares) {
    const auto guesses = static_cast<std::size_t>(share * static_cast<double>(scores.size()));
    const privacy::OneRunGuesses made = guess_extremes(scores, members, guesses);
    const double epsilon = privacy::one_run_epsilon(made, delta, alpha / std::size(shares));
    if (epsilon > best.epsilon || best.guesses.guesses == 0) best = {made, epsilon};
  }
  return best;
}

EpsilonSettings EpsilonSettings::from_config(ConfigTable section) {
  EpsilonSettings settings;
  settings.of_clients = section.choice("level", {"example", "client"}, "example") == "client";
  settings.canaries = static_cast<std::size_t>(section.integer("canaries", {20, 1'000'000}, 200));
  settings.delta = section.number("delta", {0, 0.5}, 1e-5);
  if (section.has("claimed_epsilon")) settings.claimed_epsilon = section.number("claimed_epsilon", {0, 1e6});
  settings.confidence = section.number("confidence", {0.5, 1 - 1e-12}, 0.95);
  section.finish();
  return settings;
}

EpsilonOutcome audit_epsilon(const simulation::Experiment& experiment, const EpsilonSettings& settings,
                             const std::filesystem::path& folder, Progress& bar) {
  const Canaries canaries =
      settings.of_clients ? clients_of(experiment, settings.canaries) : examples_of(experiment, settings.canaries);
  const attacks::ThreatModel threat_model =
      simulation::threat_model_of(canaries.audited, canaries.audited.data().train);
  const TrainedRun run = train_and_see(canaries.audited, folder / "audited", bar, 1);
  ThreadPool pool(experiment.threads());
  attacks::AttackControl control;
  control.pool = &pool;
  control.cancelled = [] { return interrupted(); };
  const attacks::RunSignals signals =
      canaries.of_canaries(attacks::signals_of_run(run.seen, threat_model, canaries.candidates, control));

  const double alpha = 1 - settings.confidence;
  EpsilonOutcome outcome{
      canaries.members,          {}, {}, ceiling_of(settings.canaries, settings.delta, alpha), 0, false,
      run.result.test_accuracy()};
  for (const attacks::MembershipAttack& attack : attacks::membership_attacks()) {
    if (attack.needs_shadows) continue;
    EpsilonRow row{&attack, {}, {}};
    outcome.scores.emplace_back();
    try {
      outcome.scores.back() = attack.scores({signals, {}, experiment.seed()});
      row.bound = one_run_bound(outcome.scores.back(), canaries.members, settings.delta, alpha);
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::configuration) throw;
      row.note = error.what();
    }
    outcome.rows.push_back(row);
  }
  std::size_t tried = 0;
  for (const EpsilonRow& row : outcome.rows) tried += row.note.empty() && !row.attack->is_control;
  for (std::size_t i = 0; i < outcome.rows.size(); ++i)
    if (outcome.rows[i].note.empty() && !outcome.rows[i].attack->is_control)
      outcome.epsilon = std::max(outcome.epsilon, one_run_bound(outcome.scores[i], canaries.members, settings.delta,
                                                                alpha / static_cast<double>(tried))
                                                      .epsilon);
  outcome.alarm = settings.claimed_epsilon && outcome.epsilon > *settings.claimed_epsilon;
  bar.advance(1);
  return outcome;
}

std::string epsilon_table(const EpsilonOutcome& outcome, const EpsilonSettings& settings, unsigned width) {
  attacks::report::TextTable table({{"score", false, false},
                                    {"guesses", true, false},
                                    {"right", true, false},
                                    {"epsilon at least", true, false},
                                    {"source", false, true}});
  bool controls = false;
  for (const EpsilonRow& row : outcome.rows) {
    if (row.attack->is_control && !controls) table.add_rule();
    controls = row.attack->is_control;
    if (!row.note.empty()) {
      table.add_spanning_row({std::string(row.attack->name), "not run: " + row.note});
      continue;
    }
    table.add_row({std::string(row.attack->name), std::to_string(row.bound.guesses.guesses),
                   std::to_string(row.bound.guesses.right), fmt::format("{:.3f}", row.bound.epsilon),
                   std::string(controls ? row.attack->what : row.attack->paper)});
  }
  std::string verdict = "No epsilon was claimed.";
  if (settings.claimed_epsilon)
    verdict = outcome.alarm ? fmt::format("ALARM: the claimed epsilon of {:g} is refuted.", *settings.claimed_epsilon)
                            : fmt::format("The claimed epsilon of {:g} is not refuted, which does not prove it.",
                                          *settings.claimed_epsilon);
  return fmt::format(
      "{} canary {}, delta {:g}, confidence {:g}\n\n{}\nEach row holds by itself; over all scores together epsilon is "
      "at least {:.3f}. So many canaries\ncould show {:.3f} at best.\n{}\n",
      outcome.members.size(), settings.of_clients ? "clients" : "examples", settings.delta, settings.confidence,
      table.str(width), outcome.epsilon, outcome.ceiling, verdict);
}

std::string epsilon_csv(const EpsilonOutcome& outcome) {
  std::string text = "canary,member";
  for (const EpsilonRow& row : outcome.rows) text += fmt::format(",{}", row.attack->name);
  text += "\n";
  for (std::size_t i = 0; i < outcome.members.size(); ++i) {
    text += fmt::format("{},{}", i + 1, static_cast<int>(outcome.members[i]));
    for (const auto& scores : outcome.scores) text += scores.empty() ? "," : fmt::format(",{}", scores[i]);
    text += "\n";
  }
  return text;
}

}  // namespace tacit::evaluation
