#include <fmt/format.h>

#include <algorithm>
#include <iostream>

#include "cli/command.h"
#include "core/files.h"
#include "datasets/partition_summary.h"
#include "simulation/experiment.h"

namespace tacit::cli {
namespace {

struct Options {
  std::string file, bubbles;
};

std::string asked(const datasets::Dataset& data) {
  if (!data.is_regression()) return fmt::format("{} classes", data.classes);
  const auto [low, high] = std::minmax_element(data.targets.begin(), data.targets.end());
  return fmt::format("{} real-valued target{} in [{:g}, {:g}]", data.target_size, data.target_size == 1 ? "" : "s",
                     *low, *high);
}

std::string describe(const datasets::TrainTest& data, std::size_t clients) {
  return fmt::format("{}: {} training, {} validation and {} test examples of shape {}, {}, features in [{:g}, {:g}]\n",
                     data.train.name, data.train.size(), data.validation.size(), data.test.size(),
                     to_string(data.train.feature_shape), asked(data.train), data.train.feature_low,
                     data.train.feature_high) +
         fmt::format("dealt out to {} clients; skew is the distance of a client's {} from those of all\n\n", clients,
                     data.train.is_regression() ? "targets, in ten bins of equal share," : "labels");
}

nlohmann::ordered_json object_of(const datasets::TrainTest& data, const datasets::PartitionSummary& summary) {
  nlohmann::ordered_json clients = nlohmann::ordered_json::array();
  for (std::size_t client = 0; client < summary.clients(); ++client)
    clients.push_back({{"client", client + 1},
                       {"examples", summary.size(client)},
                       {"label_skew", summary.label_skew(client)},
                       {"examples_by_class", summary.counts[client]}});
  return {{"source", data.train.name},
          {"train", data.train.size()},
          {"test", data.test.size()},
          {"validation", data.validation.size()},
          {"feature_shape", data.train.feature_shape},
          {"classes", data.train.classes},
          {"class_names", data.train.class_names},
          {"targets", data.train.target_size},
          {"target_names", data.train.target_names},
          {"clients", clients}};
}

/// Which clients train with settings of their own; empty if none do.
std::string cohorts_text(const simulation::Experiment& experiment) {
  const models::TrainingCohorts cohorts = experiment.cohorts();
  if (cohorts.empty()) return {};
  std::vector<std::string> names = cohorts.names();
  names.push_back("no cohort");
  std::string text = "\ncohorts of local training\n";
  for (std::size_t cohort = 0; cohort < names.size(); ++cohort) {
    std::vector<std::size_t> clients;
    for (std::size_t i = 0; i < experiment.clients(); ++i)
      if (cohorts.of(simulation::Experiment::client_name(i)) == cohort) clients.push_back(i + 1);
    text += fmt::format("  {}: {} clients{}{}\n", names[cohort], clients.size(), clients.empty() ? "" : ": ",
                        fmt::join(clients, " "));
  }
  return text;
}

/// The name of each client's cohort, null for none.
nlohmann::ordered_json cohorts_json(const simulation::Experiment& experiment) {
  const models::TrainingCohorts cohorts = experiment.cohorts();
  const std::vector<std::string> names = cohorts.names();
  nlohmann::ordered_json of_client = nlohmann::ordered_json::array();
  for (std::size_t i = 0; i < experiment.clients(); ++i) {
    const std::size_t cohort = cohorts.of(simulation::Experiment::client_name(i));
    of_client.push_back(cohort < names.size() ? nlohmann::ordered_json(names[cohort]) : nullptr);
  }
  return of_client;
}

nlohmann::ordered_json show(const Options& options) {
  const auto experiment = simulation::Experiment::from_file(options.file);
  const datasets::TrainTest data = experiment.data();
  const datasets::PartitionSummary summary = datasets::summarise(experiment.shards(data.train));
  std::cout << describe(data, summary.clients()) << to_table(summary) << cohorts_text(experiment);
  if (!options.bubbles.empty()) write_atomically(options.bubbles, std::string_view(to_bubble_chart(summary)));
  nlohmann::ordered_json object = object_of(data, summary);
  object["cohorts"] = cohorts_json(experiment);
  return object;
}

}  // namespace

void add_data(CLI::App& app, Chosen& chosen) {
  auto options = std::make_shared<Options>();
  CLI::App* command = add_subcommand(app, chosen, "data", "Show the data of an experiment, and what each client holds",
                                     "tacit data examples/digits.toml --bubbles clients.svg");
  command->add_option("config", options->file, "Experiment file")->required();
  command->add_option("--bubbles", options->bubbles, "Also draw clients against classes into this SVG file");
  command->callback([options, &chosen] { chosen.action = [options] { return show(*options); }; });
}

}  // namespace tacit::cli
