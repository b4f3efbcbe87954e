#include <fmt/format.h>

#include <functional>
#include <iostream>

#include "cli/command.h"
#include "cli/terminal_width.h"
#include "core/error.h"
#include "core/files.h"
#include "core/progress.h"
#include "evaluation/inference/canary_game.h"
#include "evaluation/inference/game_folder.h"
#include "evaluation/inference/membership_game.h"
#include "evaluation/inference/one_run_audit.h"
#include "evaluation/inference/property_game.h"
#include "simulation/audit_settings.h"
#include "simulation/run.h"

namespace tacit::cli {
namespace {

using Json = nlohmann::ordered_json;
namespace fs = std::filesystem;

struct Options {
  std::string config, output;
  std::int64_t seed = -1;
};

/// What every game starts from: the experiment, its section, and a new folder for what comes of it.
struct Start {
  simulation::Experiment experiment;
  ConfigTable section;
  std::unique_ptr<evaluation::GameFolder> place;
  fs::path folder;  ///< of `place`
};

Start start_of(const Options& options, const std::string& game) {
  ConfigTable config = ConfigTable::parse_file(options.config);
  if (options.seed >= 0) config = config.with("run.seed", options.seed);
  const auto experiment = simulation::Experiment::from_config(config.without("case"));
  experiment.validate_simulation();
  ConfigTable inference = experiment.section("inference");
  for (const char* known : {"membership", "property", "canary", "epsilon"}) inference.table(known).accept_all();
  inference.finish();
  const fs::path wanted = options.output.empty() ? experiment.output() / ("infer-" + game) : fs::path(options.output);
  auto place = std::make_unique<evaluation::GameFolder>(
      wanted, fmt::format("# {} of tacit {}\n{}", game, TACIT_VERSION, experiment.config().to_toml()));
  if (place->is_continued()) std::cerr << "going on with the game in " << place->path().string() << "\n";
  const fs::path folder = place->path();
  return {experiment, experiment.section("inference").table(game), std::move(place), folder};
}

Json rate_json(const attacks::Rate& rate) {
  return {{"value", rate.value}, {"interval", {rate.interval.low, rate.interval.high}}};
}

/// Writes the raw rows and the object beside them, and says where.
Json finish(Json object, const fs::path& folder, const std::vector<std::pair<std::string, std::string>>& files) {
  fs::create_directories(folder);
  for (const auto& [name, text] : files) {
    write_atomically(folder / name, text);
    object["files"].push_back((folder / name).string());
  }
  write_atomically(folder / "result.json", object.dump(2) + "\n");
  std::cout << "\nRaw rows and result.json in " << folder.string() << "\n";
  return object;
}

Json head_of(const Start& start, const char* game) {
  return {{"game", game}, {"name", start.experiment.name()}, {"seed", start.experiment.seed()}};
}

Json membership(const Options& options) {
  const Start start = start_of(options, "membership");
  const auto settings = evaluation::MembershipSettings::from_config(start.section);
  std::cout << simulation::threat_model_of(start.experiment, start.experiment.data().train).table() << "\n";
  Progress bar("membership", evaluation::membership_work(settings));
  const auto outcome = evaluation::play_membership(start.experiment, settings, start.folder, bar);
  bar.finish();
  std::cout << evaluation::membership_table(outcome, terminal_width());
  Json object = head_of(start, "membership");
  object["candidates"] = outcome.candidates.size();
  object["shadows"] = outcome.shadows.size();
  for (const auto& target : outcome.targets)
    object["targets"].push_back({{"member_accuracy", target.member_accuracy},
                                 {"other_accuracy", target.other_accuracy},
                                 {"test_accuracy", target.test_accuracy ? Json(*target.test_accuracy) : Json()}});
  for (const auto& row : outcome.rows) {
    Json entry{{"attack", row.attack->name}, {"source", row.attack->paper}, {"control", row.attack->is_control}};
    if (row.roc) {
      entry["auc"] = rate_json(row.roc->auc());
      entry["tpr_at_fpr_0.001"] = rate_json(row.roc->true_positives_at(0.001));
      entry["tpr_at_fpr_0.01"] = rate_json(row.roc->true_positives_at(0.01));
      entry["balanced_accuracy"] = rate_json(row.roc->balanced_accuracy());
    }
    entry["note"] = row.note;
    object["attacks"].push_back(entry);
  }
  return finish(std::move(object), start.folder,
                {{"scores.csv", evaluation::membership_scores_csv(outcome)},
                 {"shadows.csv", evaluation::membership_shadows_csv(outcome)}});
}

Json property(const Options& options) {
  const Start start = start_of(options, "property");
  const auto settings = evaluation::PropertySettings::from_config(start.section);
  Progress bar("property", evaluation::property_work(settings));
  const auto outcome = evaluation::infer_property(start.experiment, settings, start.folder, bar);
  bar.finish();
  std::cout << evaluation::property_table(outcome, settings, terminal_width());
  Json object = head_of(start, "property");
  object["property"] = outcome.property;
  for (const auto& row : outcome.rows)
    object["attackers"].push_back({{"attacker", row.attacker},
                                   {"auc", rate_json(row.roc.auc())},
                                   {"balanced_accuracy", rate_json(row.roc.balanced_accuracy())}});
  return finish(std::move(object), start.folder, {{"scores.csv", evaluation::property_csv(outcome)}});
}

Json canary(const Options& options) {
  const Start start = start_of(options, "canary");
  const auto settings = evaluation::CanarySettings::from_config(start.section);
  Progress bar("canary", 2);
  const auto outcome = evaluation::expose_canaries(start.experiment, settings, start.folder, bar);
  bar.finish();
  std::cout << evaluation::canary_table(outcome, settings, terminal_width());
  Json object = head_of(start, "canary");
  object["mean_exposure"] = outcome.mean_exposure;
  object["control_exposure"] = outcome.control_exposure;
  object["p_value"] = outcome.p_value;
  return finish(std::move(object), start.folder, {{"canaries.csv", evaluation::canary_csv(outcome)}});
}

Json epsilon(const Options& options) {
  const Start start = start_of(options, "epsilon");
  const auto settings = evaluation::EpsilonSettings::from_config(start.section);
  Progress bar("epsilon", 2);
  const auto outcome = evaluation::audit_epsilon(start.experiment, settings, start.folder, bar);
  bar.finish();
  std::cout << evaluation::epsilon_table(outcome, settings, terminal_width());
  Json object = head_of(start, "epsilon");
  object["level"] = settings.of_clients ? "client" : "example";
  object["epsilon_at_least"] = outcome.epsilon;
  object["ceiling"] = outcome.ceiling;
  object["delta"] = settings.delta;
  object["confidence"] = settings.confidence;
  object["claimed_epsilon"] = settings.claimed_epsilon ? Json(*settings.claimed_epsilon) : Json();
  object["alarm"] = outcome.alarm;
  for (const auto& row : outcome.rows)
    object["scores"].push_back({{"score", row.attack->name},
                                {"control", row.attack->is_control},
                                {"guesses", row.bound.guesses.guesses},
                                {"right", row.bound.guesses.right},
                                {"epsilon_at_least", row.bound.epsilon},
                                {"note", row.note}});
  return finish(std::move(object), start.folder, {{"canaries.csv", evaluation::epsilon_csv(outcome)}});
}

void add_game(CLI::App& parent, Chosen& chosen, const std::string& name, const std::string& description,
              Json (*play)(const Options&)) {
  auto options = std::make_shared<Options>();
  CLI::App* command =
      add_subcommand(parent, chosen, name, description, "tacit infer " + name + " examples/membership.toml");
  command->add_option("config", options->config, "Experiment file with [inference." + name + "] (docs/inference.md)")
      ->required();
  command->add_option("--seed", options->seed, "Seed of everything")->check(CLI::NonNegativeNumber);
  command->add_option("--output", options->output,
                      "Folder for runs, rows and result (default: below the run's output)");
  command->callback([options, play, &chosen] { chosen.action = [options, play] { return play(*options); }; });
}

}  // namespace

void add_infer(CLI::App& app, Chosen& chosen) {
  CLI::App* infer = app.add_subcommand("infer", "Ask what a run tells of its examples: members, properties, canaries");
  infer->require_subcommand(1);
  add_game(*infer, chosen, "membership", "Was this example trained on? Attacks against runs and shadow runs",
           membership);
  add_game(*infer, chosen, "property", "Does a property hold for the examples behind an update?", property);
  add_game(*infer, chosen, "canary", "How far are inserted examples of chance known by heart?", canary);
  add_game(*infer, chosen, "epsilon", "A lower bound of epsilon from one run with canaries", epsilon);
}

}  // namespace tacit::cli
