#include "simulation/experiment.h"

#include <limits>

#include "client/update_pipeline.h"
#include "core/error.h"
#include "models/specification.h"
#include "models/training.h"

namespace tacit::simulation {

const char* to_string(Experiment::Mode mode) {
  return mode == Experiment::Mode::in_process ? "in-process" : "processes";
}

std::string Experiment::client_name(std::size_t index) {
  return "client-" + std::to_string(index + 1);
}

Experiment Experiment::from_file(const std::filesystem::path& file) {
  return from_config(ConfigTable::parse_file(file));
}

Experiment Experiment::from_config(ConfigTable config) {
  Experiment experiment(config);
  ConfigTable run = config.table("run");
  experiment.name_ = run.string("name", "run");
  if (experiment.name_.empty() || experiment.name_.find_first_of("/\n") != std::string::npos)
    run.refuse("name", "a run's name is a folder name: not empty, without '/'");
  experiment.seed_ = static_cast<std::uint64_t>(run.integer("seed", {0, std::numeric_limits<std::int64_t>::max()}, 1));
  experiment.output_ = run.string("output", "runs/" + experiment.name_);

  ConfigTable simulation = config.table("simulation");
  experiment.mode_ = simulation.choice("mode", {"in-process", "processes"}, "in-process") == "processes"
                         ? Mode::processes
                         : Mode::in_process;
  experiment.arrival_ = simulation.choice("arrival", {"in-order", "shuffled"}, "in-order") == "shuffled"
                            ? Arrival::shuffled
                            : Arrival::in_order;
  experiment.clients_ = static_cast<std::size_t>(simulation.integer("clients", {1, 100000}, 5));
  experiment.threads_ = static_cast<std::size_t>(simulation.integer("threads", {0, 4096}, 0));

  // Other rooms read the remaining sections; each validates its own once here, so that a mistake in any of them stops
  // the run before anything has happened.
  models::LocalTraining::from_config(config.table("training"));
  client::UpdatePipeline::from_config(config.table("update"));
  config.table("coordinator").accept_all();
  experiment.coordinator();
  for (const char* name : {"data", "partition", "model", "threat_model", "audit"}) config.table(name).accept_all();
  for (ConfigTable& table : config.tables("case")) {
    table.string("name");
    table.accept_all();
  }
  config.finish();
  return experiment;
}

coordinator::CoordinatorConfig Experiment::coordinator() const {
  // What a simulation knows already need not be said twice: everybody takes part, and the server does what clients do.
  const std::string algorithm = section("training").string("algorithm", "fedavg");
  ConfigTable completed = config_;
  const ConfigTable given = section("coordinator");
  if (!given.has("minimum_clients"))
    completed = completed.with("coordinator.minimum_clients", static_cast<std::int64_t>(clients_));
  if (!given.has("seed")) completed = completed.with("coordinator.seed", static_cast<std::int64_t>(seed_));
  if (!given.has("algorithm")) completed = completed.with("coordinator.algorithm", algorithm);
  auto result = coordinator::CoordinatorConfig::from_config(completed.table("coordinator"));
  if (result.algorithm != algorithm)
    given.refuse("algorithm",
                 "the coordinator aggregates for '" + result.algorithm + "' but [training] says '" + algorithm + "'");
  if (result.minimum_clients > clients_)
    given.refuse("minimum_clients", "is " + std::to_string(result.minimum_clients) + ", but [simulation] has only " +
                                        std::to_string(clients_) + " clients");
  return result;
}

ConfigTable Experiment::section(const std::string& name) const {
  ConfigTable copy = config_;
  return copy.table(name);
}

std::vector<std::pair<std::string, Experiment>> Experiment::cases() const {
  ConfigTable copy = config_;
  std::vector<std::pair<std::string, Experiment>> result;
  for (ConfigTable& table : copy.tables("case")) {
    const std::string name = table.string("name");
    result.emplace_back(
        name,
        from_config(config_.overlaid(table.without("name")).without("case").with("run.name", name_ + "-" + name)));
  }
  if (result.empty()) result.emplace_back(name_, *this);
  return result;
}

Experiment Experiment::with(const std::string& key, std::int64_t value) const {
  return from_config(config_.with(key, value));
}
Experiment Experiment::with(const std::string& key, const std::string& value) const {
  return from_config(config_.with(key, value));
}

datasets::TrainTest Experiment::data() const {
  return datasets::load(section("data"), seed_);
}

std::vector<datasets::Dataset> Experiment::shards(const datasets::Dataset& train) const {
  std::vector<datasets::Dataset> shards;
  for (const auto& indices : datasets::partition(section("partition"), train, clients_, seed_))
    shards.push_back(train.subset(indices));
  return shards;
}

models::Model<float> Experiment::model(const datasets::Dataset& train) const {
  return models::build_model<float>(section("model"), train.feature_shape, train.classes);
}

Parameters Experiment::initial_parameters(const models::Model<float>& model) const {
  return Parameters(model.schema(), model.initial_parameters(seed_));
}

}  // namespace tacit::simulation
