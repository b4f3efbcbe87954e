#include <fmt/format.h>

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

std::string describe(const datasets::TrainTest& data, std::size_t clients) {
  return fmt::format(
             "{}: {} training, {} validation and {} test examples of shape {}, {} classes, features in [{:g}, {:g}]\n",
             data.train.name, data.train.size(), data.validation.size(), data.test.size(),
             to_string(data.train.feature_shape), data.train.classes, data.train.feature_low, data.train.feature_high) +
         fmt::format("dealt out to {} clients; skew is the distance of a client's labels from those of all\n\n",
                     clients);
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
          {"clients", clients}};
}

nlohmann::ordered_json show(const Options& options) {
  const auto experiment = simulation::Experiment::from_file(options.file);
  const datasets::TrainTest data = experiment.data();
  const datasets::PartitionSummary summary = datasets::summarise(experiment.shards(data.train));
  std::cout << describe(data, summary.clients()) << to_table(summary);
  if (!options.bubbles.empty()) write_atomically(options.bubbles, std::string_view(to_bubble_chart(summary)));
  return object_of(data, summary);
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
