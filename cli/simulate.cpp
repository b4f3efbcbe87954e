#include <fmt/format.h>

#include <iostream>

#include "cli/command.h"
#include "cli/craft_options.h"
#include "cli/run_summary.h"
#include "cli/whole_number.h"
#include "simulation/client_evaluation.h"
#include "simulation/run.h"
#include "simulation/run_progress.h"

namespace tacit::cli {
namespace {

struct Options {
  std::string config, run_folder, mode, initial_model;
  std::int64_t clients = 0, seed = -1, rounds = 0;
  SentModels sent;
};

simulation::Experiment experiment_of(const Options& options) {
  ConfigTable config = ConfigTable::parse_file(options.config);
  if (!options.mode.empty()) config = config.with("simulation.mode", options.mode);
  if (options.clients > 0) config = config.with("simulation.clients", options.clients);
  if (options.seed >= 0) config = config.with("run.seed", options.seed);
  if (options.rounds > 0) config = config.with("coordinator.rounds", options.rounds);
  // The cases of an audit are alternatives to the file's own sections; a simulation runs those sections.
  return simulation::Experiment::from_config(config.without("case"));
}

nlohmann::ordered_json simulate(const Options& options) {
  const simulation::Experiment experiment = experiment_of(options);
  simulation::RunOptions run_options;
  run_options.run_folder = options.run_folder.empty() ? simulation::unused_folder(experiment.output())
                                                      : std::filesystem::path(options.run_folder);
  if (!options.initial_model.empty()) run_options.initial_model = options.initial_model;
  run_options.crafted = craft_options_of(options.sent, experiment.seed());
  Progress bar(experiment.name(), 1.0);
  simulation::RunProgress progress(bar, 1.0);
  run_options.on_progress = [&](const simulation::RunResult& result) { progress.show(result, experiment.clients()); };
  const simulation::RunResult result = simulation::run(experiment, run_options);
  bar.finish();
  const simulation::ClientEvaluations clients = simulation::evaluate_clients(experiment, result.run_folder);
  std::cout << text_summary(result) << text_summary(clients);
  nlohmann::ordered_json object{{"name", experiment.name()},
                                {"mode", to_string(experiment.mode())},
                                {"clients", experiment.clients()},
                                {"seed", experiment.seed()}};
  object.update(json_summary(result));
  object["fairness"] = json_summary(clients);
  return object;
}

}  // namespace

void add_simulate(CLI::App& app, Chosen& chosen) {
  auto options = std::make_shared<Options>();
  CLI::App* command = add_subcommand(app, chosen, "simulate", "Train with many clients on this machine",
                                     "tacit simulate examples/digits.toml --mode in-process --clients 10 --seed 1");
  command->add_option("config", options->config, "Experiment file (docs/configuration.md)")->required();
  command->add_option("--mode", options->mode, "in-process, or processes: real ones over mutual TLS")
      ->check(CLI::IsMember({"in-process", "processes"}));
  command->add_option("--clients", options->clients, "Number of clients")->check(whole_number(1, 100000));
  command->add_option("--seed", options->seed, "Seed of everything")->check(whole_number(0));
  command->add_option("--rounds", options->rounds, "Number of rounds")->check(whole_number(1, 1000000));
  command->add_option("--run-folder", options->run_folder, "Where results go; an unfinished run there is continued");
  command->add_option("--initial-model", options->initial_model, "Start from this file of weights");
  add_sent_models(*command, options->sent);
  command->callback([options, &chosen] { chosen.action = [options] { return simulate(*options); }; });
}

}  // namespace tacit::cli
