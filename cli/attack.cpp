#include "attacks/attack.h"

#include <fmt/format.h>

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
  std::string place, settings = "analytic", threat_model, client, output;
  std::int64_t round = 0, seed = 1;
  bool score = false, list = false;
  std::vector<double> bounds;
};

fs::path recording_of(const Options& options) {
  const fs::path place = options.place;
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

/// The update asked for, or the first of the recording.
attacks::Observation observation_of(const Options& options, const fs::path& recording) {
  for (const attacks::RecordedUpdate& update : attacks::list_updates(recording))
    if ((options.round == 0 || update.round == options.round) &&
        (options.client.empty() || update.client == options.client))
      return attacks::Observation::read(recording, update.round, update.client);
  fail(ErrorKind::usage, "{} holds no update{}{}; --list shows what there is", recording.string(),
       options.round == 0 ? "" : fmt::format(" of round {}", options.round),
       options.client.empty() ? "" : " of '" + options.client + "'");
}

attacks::ThreatModel threat_model_of(const Options& options) {
  ConfigTable file = ConfigTable::parse_text("", "default threat model");
  if (!options.threat_model.empty()) {
    file = ConfigTable::parse_file(options.threat_model);
    if (!file.has("threat_model")) file.refuse("threat_model", "the section is missing");
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

attacks::Score score_of(const simulation::Truth& truth, const attacks::Observation& observation,
                        const attacks::ThreatModel& threat_model, const attacks::AttackResult& result) {
  const attacks::Features features{observation.run().input_shape, threat_model.feature_bounds,
                                   threat_model.features_are_angles};
  return attacks::score(result, truth.of_update(observation.round(), observation.client()), features);
}

fs::path output_of(const Options& options, const fs::path& recording, const std::string& attack,
                   const attacks::Observation& observation) {
  fs::path output = options.output;
  if (output.empty())
    output = recording.parent_path() /
             fmt::format("attack-{}-round-{}-{}.csv", attack, observation.round(), observation.client());
  const fs::path folder = fs::absolute(output).parent_path();
  if (!fs::is_directory(folder)) fail(ErrorKind::io, "--output: the folder {} does not exist", folder.string());
  if (fs::is_directory(output)) fail(ErrorKind::io, "--output: {} is a folder", output.string());
  return output;
}

nlohmann::ordered_json attack(const Options& options) {
  const fs::path recording = recording_of(options);
  if (options.list) return list(recording);
  const attacks::AttackSettings settings = options.settings.ends_with(".toml")
                                               ? attacks::AttackSettings::from_file(options.settings)
                                               : attacks::AttackSettings::from_catalog(options.settings);
  const attacks::Observation observation = observation_of(options, recording);
  const attacks::ThreatModel threat_model = threat_model_of(options);
  // What could stop us after the work must stop us before it.
  std::optional<simulation::Truth> truth;
  if (options.score) truth = truth_of(options);
  std::optional<attacks::KnownLabels> labels;
  if (threat_model.knows_labels) {
    if (!truth) fail(ErrorKind::usage, "the threat model grants the labels, and only --score knows them");
    labels = truth->labels_of_update(observation.round(), observation.client());
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
      attacks::run_attack(observation, threat_model, settings, labels ? &*labels : nullptr, control);
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
    const attacks::Score score = score_of(*truth, observation, threat_model, result);
    std::cout << fmt::format("  mean squared error    {:.3g} (best {:.3g})\n  label accuracy        {:.1f} %\n",
                             score.mean_mse, score.best_mse, 100 * score.label_accuracy);
    object["mse"] = score.mean_mse;
    object["best_mse"] = score.best_mse;
    object["label_accuracy"] = score.label_accuracy;
  }
  return object;
}

}  // namespace

void add_attack(CLI::App& app, Chosen& chosen) {
  auto options = std::make_shared<Options>();
  CLI::App* command = add_subcommand(app, chosen, "attack", "Attack one update of a recording",
                                     "tacit attack runs/digits/mlp-probe --settings dlg --client client-2 --score");
  command->add_option("recording", options->place, "Run folder, or its recording.bin")->required();
  command->add_flag("--list", options->list, "List the recorded updates and stop");
  command->add_option("--settings", options->settings, "Name in the catalog, or a settings file")
      ->capture_default_str();
  command->add_option("--round", options->round, "Round (default: the first)")->check(whole_number(1, 4294967295));
  command->add_option("--client", options->client, "Client (default: the first)");
  command->add_option("--threat-model", options->threat_model, "File with a [threat_model] section");
  command->add_option("--bounds", options->bounds, "What every feature lies between, if the attacker knows it")
      ->expected(2);
  command->add_option("--seed", options->seed, "Seed of starting points")
      ->check(whole_number(0))
      ->capture_default_str();
  command->add_flag("--score", options->score, "Compare with the truth (simulated runs only)");
  command->add_option("--output", options->output, "CSV file for the reconstructions");
  command->callback([options, &chosen] { chosen.action = [options] { return attack(*options); }; });
}

}  // namespace tacit::cli
