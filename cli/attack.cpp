#include "attacks/attack.h"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>

#include "attacks/attack_settings.h"
#include "attacks/score.h"
#include "cli/command.h"
#include "cli/whole_number.h"
#include "core/error.h"
#include "core/files.h"
#include "core/interrupt.h"
#include "core/progress.h"
#include "simulation/truth.h"

namespace tacit::cli {
namespace {

namespace fs = std::filesystem;

struct Options {
  std::string place, settings = "analytic", threat_model, observer, client, output;
  std::int64_t round = 0, seed = 1, examples = 0;
  bool score = false, list = false;
  std::vector<std::string> earlier;
  std::vector<double> bounds;
};

fs::path recording_at(const fs::path& place) {
  return fs::is_directory(place) ? place / "recording.bin" : place;
}

nlohmann::ordered_json list(const fs::path& recording) {
  nlohmann::ordered_json rows = nlohmann::ordered_json::array();
  for (const attacks::RecordedUpdate& update : attacks::list_updates(recording)) {
    const char* kind = update.kind == attacks::UpdateKind::gradient ? "gradient" : "delta";
    std::cout << fmt::format("round {:>4}  {:<24} {} of {} examples\n", update.round, update.client, kind,
                             update.examples);
    rows.push_back({{"round", update.round}, {"client", update.client}, {"kind", kind}, {"examples", update.examples}});
  }
  return {{"updates", rows}};
}

/// What reaches the attack, and whose updates stand behind it.
struct Seen {
  std::vector<attacks::Observation> rounds;  ///< the last one is attacked
  std::vector<attacks::RecordedUpdate> behind;

  const attacks::Observation& observation() const { return rounds.back(); }
};

/// The updates asked for, of all that were recorded; at least one.
std::vector<attacks::RecordedUpdate> updates_asked_for(const Options& options, const fs::path& recording) {
  std::vector<attacks::RecordedUpdate> updates = attacks::list_updates(recording);
  std::erase_if(updates, [&](const attacks::RecordedUpdate& update) {
    return (options.round != 0 && update.round != options.round) ||
           (!options.client.empty() && update.client != options.client);
  });
  if (updates.empty())
    fail(ErrorKind::usage, "{} holds no update{}{}; --list shows what there is", recording.string(),
         options.round == 0 ? "" : fmt::format(" of round {}", options.round),
         options.client.empty() ? "" : " of '" + options.client + "'");
  return updates;
}

/// What this client answered in all rounds: those of earlier runs, then those of the run that is attacked.
std::vector<attacks::Observation> all_rounds_of(const std::string& client, const Options& options,
                                                const fs::path& recording) {
  std::vector<attacks::Observation> rounds;
  std::vector<fs::path> recordings;
  for (const std::string& place : options.earlier) recordings.push_back(recording_at(place));
  recordings.push_back(recording);
  for (const fs::path& one : recordings) {
    auto more = attacks::Observation::read_rounds(one, client);
    std::move(more.begin(), more.end(), std::back_inserter(rounds));
  }
  const Digest schema = rounds.back().model().schema().hash();
  for (const attacks::Observation& round : rounds)
    if (round.model().schema().hash() != schema)
      fail(ErrorKind::data, "--earlier: a run whose model has other parameters than that of {}", recording.string());
  return rounds;
}

/// What the threat model's view shows of the recording: of the round and client asked for, or else of the first.
Seen seen_by(const attacks::ThreatModel& threat_model, const Options& options, const fs::path& recording) {
  using attacks::Observation;
  const bool of_one_client =
      threat_model.observes == attacks::View::one_update || threat_model.observes == attacks::View::many_rounds;
  if (!of_one_client && !options.client.empty())
    fail(ErrorKind::usage, "--client: the threat model shows no update of a single client");
  if (threat_model.observes == attacks::View::many_rounds && options.round != 0)
    fail(ErrorKind::usage, "--round: the threat model shows all rounds");
  if (threat_model.observes != attacks::View::many_rounds && !options.earlier.empty())
    fail(ErrorKind::usage, "--earlier: the threat model does not show many_rounds");
  std::vector<attacks::RecordedUpdate> updates = updates_asked_for(options, recording);
  const attacks::RecordedUpdate first = updates.front();
  switch (threat_model.observes) {
    case attacks::View::one_update:
      return {{Observation::read(recording, first.round, first.client)}, {first}};
    case attacks::View::many_rounds:
      std::erase_if(updates, [&](const attacks::RecordedUpdate& update) { return update.client != first.client; });
      return {all_rounds_of(first.client, options, recording), {updates.back()}};
    case attacks::View::aggregate:
    case attacks::View::global_models:
      break;
  }
  std::erase_if(updates, [&](const attacks::RecordedUpdate& update) { return update.round != first.round; });
  return {{threat_model.observes == attacks::View::aggregate ? Observation::read_aggregate(recording, first.round)
                                                             : Observation::read_global_change(recording, first.round)},
          updates};
}

attacks::ThreatModel threat_model_of(const Options& options) {
  ConfigTable file = ConfigTable::parse_text("", "default threat model");
  if (!options.threat_model.empty()) {
    file = ConfigTable::parse_file(options.threat_model);
    if (!file.has("threat_model")) file.refuse("threat_model", "the section is missing");
  }
  if (!options.observer.empty()) {
    const std::size_t colon = options.observer.find(':');
    file = file.with("threat_model.observer", std::string_view(options.observer).substr(0, colon));
    if (colon != std::string::npos)
      file = file.with("threat_model.observes", std::string_view(options.observer).substr(colon + 1));
  }
  attacks::ThreatModel model = attacks::ThreatModel::from_config(file.table("threat_model"));
  if (options.bounds.empty()) return model;
  if (!(options.bounds[0] < options.bounds[1])) fail(ErrorKind::usage, "--bounds: the lower bound comes first");
  model.offer_feature_bounds({options.bounds[0], options.bounds[1]}, model.features_are_angles);
  return model;
}

std::string reconstructions_csv(const attacks::AttackResult& result) {
  const std::size_t features = result.inputs.size() / result.count;
  std::string text = "example,label";
  for (std::size_t j = 0; j < features; ++j) text += fmt::format(",x{}", j);
  text += "\n";
  for (std::size_t i = 0; i < result.count; ++i) {
    text += fmt::format("{},{}", i, i < result.labels.size() ? std::to_string(result.labels[i]) : "");
    for (std::size_t j = 0; j < features; ++j) text += fmt::format(",{}", result.inputs[i * features + j]);
    text += "\n";
  }
  return text;
}

/// Only a simulated run, whose folder says how every client was made, has a truth to compare with.
simulation::Truth truth_of(const Options& options) {
  const fs::path file = fs::path(options.place) / "experiment.toml";
  if (!fs::exists(file))
    fail(ErrorKind::usage, "--score needs the folder of a simulated run: {} does not exist", file.string());
  return simulation::Truth(simulation::Experiment::from_file(file));
}

/// The examples behind all updates that were seen.
attacks::GroundTruth truth_behind(const simulation::Truth& truth, const Seen& seen) {
  attacks::GroundTruth all;
  for (const attacks::RecordedUpdate& update : seen.behind) {
    const attacks::GroundTruth one = truth.of_update(update.round, update.client);
    all.inputs.insert(all.inputs.end(), one.inputs.begin(), one.inputs.end());
    all.labels.insert(all.labels.end(), one.labels.begin(), one.labels.end());
  }
  return all;
}

attacks::Score score_of(const simulation::Truth& truth, const Seen& seen, const attacks::ThreatModel& threat_model,
                        const attacks::AttackResult& result) {
  const attacks::Features features{seen.observation().run().input_shape, threat_model.feature_bounds,
                                   threat_model.features_are_angles};
  return attacks::score(result, truth_behind(truth, seen), features);
}

/// Whose update it was, in file names.
std::string short_name(const attacks::Observation& observation) {
  switch (observation.scope()) {
    case attacks::Scope::client:
      return observation.client();
    case attacks::Scope::aggregate:
      return "aggregate";
    case attacks::Scope::global_change:
      return "global";
  }
  return "";
}

fs::path output_of(const Options& options, const fs::path& recording, const std::string& attack,
                   const attacks::Observation& observation) {
  fs::path output = options.output;
  if (output.empty())
    output = recording.parent_path() /
             fmt::format("attack-{}-round-{}-{}.csv", attack, observation.round(), short_name(observation));
  const fs::path folder = fs::absolute(output).parent_path();
  if (!fs::is_directory(folder)) fail(ErrorKind::io, "--output: the folder {} does not exist", folder.string());
  if (fs::is_directory(output)) fail(ErrorKind::io, "--output: {} is a folder", output.string());
  return output;
}

nlohmann::ordered_json attack(const Options& options) {
  const fs::path recording = recording_at(options.place);
  if (options.list) return list(recording);
  attacks::AttackSettings settings = options.settings.ends_with(".toml")
                                         ? attacks::AttackSettings::from_file(options.settings)
                                         : attacks::AttackSettings::from_catalog(options.settings);
  if (options.examples > 0) settings.reconstruct_examples = static_cast<std::size_t>(options.examples);
  const attacks::ThreatModel threat_model = threat_model_of(options);
  const Seen seen = seen_by(threat_model, options, recording);
  const attacks::Observation& observation = seen.observation();
  // What could stop us after the work must stop us before it.
  std::optional<simulation::Truth> truth;
  if (options.score) truth = truth_of(options);
  std::optional<attacks::KnownLabels> labels;
  if (threat_model.knows_labels) {
    if (!truth) fail(ErrorKind::usage, "the threat model grants the labels, and only --score knows them");
    labels = attacks::KnownLabels{truth_behind(*truth, seen).labels};
  }
  const fs::path output = output_of(options, recording, settings.name, observation);
  std::cout << threat_model.table() << "\n";

  Progress bar("attack " + settings.name, 1.0);
  double shown = 0;
  attacks::AttackControl control;
  control.seed = static_cast<std::uint64_t>(options.seed);
  control.cancelled = [] { return interrupted(); };
  control.progress = [&](const attacks::AttackProgress& at) {
    const double part =
        (static_cast<double>(at.run) +
         static_cast<double>(at.iteration) / static_cast<double>(std::max<std::size_t>(at.max_iterations, 1))) /
        static_cast<double>(std::max<std::size_t>(at.runs, 1));
    if (part > shown) bar.advance(part - shown), shown = part;
  };
  const attacks::AttackResult result =
      attacks::run_attack_on_rounds(seen.rounds, threat_model, settings, labels ? &*labels : nullptr, control);
  bar.finish();

  write_atomically(output, reconstructions_csv(result));
  std::cout << fmt::format(
      "{} on the update of {} in round {} ({} examples)\n  gradient-match score  {:.3g}\n  labels                {}\n"
      "  restarts              {}\n  time                  {:.2f} s\n  reconstructions       {}\n",
      settings.name, observation.client(), observation.round(), observation.examples(), result.score,
      fmt::join(result.labels, " "), result.rows.size(), result.seconds, output.string());
  for (const std::string& note : result.notes) std::cout << "  note: " << note << "\n";
  nlohmann::ordered_json object{{"attack", settings.name},
                                {"paper", settings.paper},
                                {"observer", to_string(threat_model.observer)},
                                {"observes", to_string(threat_model.observes)},
                                {"malicious", threat_model.is_malicious()},
                                {"audit", observation.run().audit},
                                {"round", observation.round()},
                                {"client", observation.client()},
                                {"examples", observation.examples()},
                                {"score", result.score},
                                {"labels", result.labels},
                                {"restarts", result.rows.size()},
                                {"seconds", result.seconds},
                                {"notes", result.notes},
                                {"reconstructions", output.string()}};
  if (truth) {
    const attacks::Score score = score_of(*truth, seen, threat_model, result);
    std::cout << fmt::format("  mean squared error    {:.3g} (best {:.3g})\n  label accuracy        {:.1f} %\n",
                             score.mean_mse, score.best_mse, 100 * score.label_accuracy);
    object["mse"] = score.mean_mse;
    const double within = attacks::OutcomeThresholds().recovered_within;
    object["recovered"] = std::count_if(score.examples.begin(), score.examples.end(),
                                        [&](const auto& one) { return one.largest_error <= within; });
    object["best_mse"] = score.best_mse;
    object["label_accuracy"] = score.label_accuracy;
  }
  return object;
}

}  // namespace

void add_attack(CLI::App& app, Chosen& chosen) {
  auto options = std::make_shared<Options>();
  CLI::App* command = add_subcommand(app, chosen, "attack", "Attack what was recorded of a run",
                                     "tacit attack runs/digits/mlp-probe --settings dlg --client client-2 --score");
  command->add_option("recording", options->place, "Run folder, or its recording.bin")->required();
  command->add_flag("--list", options->list, "List the recorded updates and stop");
  command->add_option("--settings", options->settings, "Name in the catalog, or a settings file")
      ->capture_default_str();
  command->add_option("--round", options->round, "Round (default: the first)")->check(whole_number(1, 4294967295));
  command->add_option("--client", options->client, "Client (default: the first)");
  command->add_option("--earlier", options->earlier,
                      "Run folder or recording whose rounds of this client come before; any number");
  command->add_option("--threat-model", options->threat_model, "File with a [threat_model] section");
  command->add_option("--observer", options->observer, "Who looks on, and perhaps at what: eavesdropper:many_rounds");
  command->add_option("--bounds", options->bounds, "What every feature lies between, if the attacker knows it")
      ->expected(2);
  command->add_option("--examples", options->examples, "How many to reconstruct, instead of what the settings say")
      ->check(whole_number(1, 1'000'000));
  command->add_option("--seed", options->seed, "Seed of starting points")
      ->check(whole_number(0))
      ->capture_default_str();
  command->add_flag("--score", options->score, "Compare with the truth (simulated runs only)");
  command->add_option("--output", options->output, "CSV file for the reconstructions");
  command->callback([options, &chosen] { chosen.action = [options] { return attack(*options); }; });
}

}  // namespace tacit::cli
