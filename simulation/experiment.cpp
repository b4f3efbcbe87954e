#include "simulation/experiment.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <set>

#include "attacks/threat_model.h"
#include "client/update_pipeline.h"
#include "core/error.h"
#include "core/memory.h"
#include "datasets/partition.h"
#include "models/local_gradient.h"
#include "models/model_section.h"
#include "models/specification.h"
#include "models/step_memory.h"
#include "models/training.h"
#include "models/weight_files.h"
#include "proto/certificates.h"
#include "simulation/client_guard.h"

namespace tacit::simulation {

namespace {

/// Names become folders and stand in messages: the rule is that of parties on the wire.
void check_name(const ConfigTable& table, const std::string& name) {
  if (!wire::is_party_name(name))
    table.refuse("name", "a name has 1 to 64 letters, digits, '.', '_' or '-', and begins with none of '.' and '-'");
}

}  // namespace

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
  // What travels and what is written down must mean the same without the files that it came from.
  if (config.has("model"))
    config = config.with("model", models::with_onnx_layers(config.only({"model"}).table("model")));
  Experiment experiment(config);
  ConfigTable run = config.table("run");
  experiment.name_ = run.string("name", "run");
  check_name(run, experiment.name_);
  experiment.seed_ = static_cast<std::uint64_t>(run.integer("seed", {0, std::numeric_limits<std::int64_t>::max()}, 1));
  experiment.output_ = run.string("output", "runs/" + experiment.name_);

  ConfigTable simulation = config.table("simulation");
  experiment.mode_ = simulation.choice("mode", {"in-process", "processes"}, "in-process") == "processes"
                         ? Mode::processes
                         : Mode::in_process;
  experiment.arrival_ = simulation.choice("arrival", {"in-order", "shuffled"}, "in-order") == "shuffled"
                            ? Arrival::shuffled
                            : Arrival::in_order;
  experiment.received_model_ = client::received_model_policy_from_config(simulation);
  experiment.clients_ = static_cast<std::size_t>(simulation.integer("clients", {1, 100000}, 5));
  experiment.threads_ = static_cast<std::size_t>(simulation.integer("threads", {0, 4096}, 0));

  // Other rooms read the remaining sections, each its own; what needs no data is read once here, so that a mistake
  // stops everything before anything has happened. The rest is read by `validate`.
  for (const char* name : {"data", "partition", "model", "training", "update", "coordinator", "evaluation",
                           "threat_model", "audit", "leakage_guard", "inference"})
    config.table(name).accept_all();
  std::set<std::string> names;
  for (ConfigTable& table : config.tables("case")) {
    const std::string name = table.string("name");
    check_name(table, name);
    if (!names.insert(name).second) table.refuse("name", "case '" + name + "' stands twice");
    table.accept_all();
  }
  config.finish();
  models::LocalTraining::from_config(experiment.section("training"));
  client::UpdatePipeline::from_config(experiment.section("update"));
  attacks::ThreatModel::from_config(experiment.section("threat_model"));
  LeakageGuardSection::from_config(config);
  experiment.evaluation_ = EvaluationSettings::from_config(experiment.section("evaluation"));
  experiment.coordinator();
  return experiment;
}

std::optional<double> Experiment::step_of_fedsgd(const ConfigTable& coordinator) const {
  ConfigTable training = section("training");
  if (training.string("algorithm", "fedavg") != "fedsgd") return {};
  if (training.has("cohorts"))
    for (const ConfigTable& cohort : training.tables("cohorts"))
      if (cohort.has("learning_rate"))
        cohort.refuse("learning_rate", "the step of fedsgd is the server's, and so one for all clients");
  if (!training.has("learning_rate")) return {};
  if (coordinator.has("server_learning_rate"))
    training.refuse("learning_rate", "the step of fedsgd is said by coordinator.server_learning_rate already");
  return training.number("learning_rate", {1e-12, 1e6});
}

coordinator::CoordinatorConfig Experiment::coordinator() const {
  // What a simulation knows already need not be said twice: everybody takes part, and the server does what clients do.
  const std::string algorithm = section("training").string("algorithm", "fedavg");
  if (!config_.has("coordinator"))
    config_.refuse("coordinator", "the section is missing; it says at least how many rounds");
  ConfigTable completed = config_;
  const ConfigTable given = section("coordinator");
  if (!given.has("minimum_clients"))
    completed = completed.with("coordinator.minimum_clients", static_cast<std::int64_t>(clients_ + extra_clients_));
  if (!given.has("seed")) completed = completed.with("coordinator.seed", static_cast<std::int64_t>(seed_));
  if (!given.has("algorithm")) completed = completed.with("coordinator.algorithm", algorithm);
  auto result = coordinator::CoordinatorConfig::from_config(completed.only({"coordinator"}).table("coordinator"));
  if (const auto rate = step_of_fedsgd(given)) result.server_learning_rate = *rate;
  if (result.algorithm != algorithm)
    given.refuse("algorithm",
                 "the coordinator aggregates for '" + result.algorithm + "' but [training] says '" + algorithm + "'");
  return result;
}

ConfigTable Experiment::section(const std::string& name) const {
  // A copy of its own: each reader asks, and finishes, for itself.
  const ConfigTable table = config_.only({name}).table(name);
  return name == "model" ? models::split_weights(table).section : table;
}

void Experiment::validate_simulation() const {
  validate();
  const ConfigTable given = section("coordinator");
  const coordinator::CoordinatorConfig config = coordinator();
  if (config.minimum_clients > clients_ + extra_clients_)
    given.refuse("minimum_clients",
                 fmt::format("is {}, but [simulation] has only {} clients", config.minimum_clients, clients_));
  for (const std::string& client : cohorts().named_clients())
    if (!is_client_name(client))
      section("training")
          .refuse("cohorts",
                  fmt::format("there is no client '{}' among client-1 to {}", client, client_name(clients_ - 1)));
  for (std::size_t i = 0; i < clients_ && !config.clients.empty(); ++i)
    if (std::find(config.clients.begin(), config.clients.end(), client_name(i)) == config.clients.end())
      given.refuse("clients",
                   fmt::format("'{}' is not among them, and simulated clients are named client-1, client-2, ...",
                               client_name(i)));
}

void Experiment::validate() const {
  const datasets::TrainTest split = data();
  if (split.test.size() == 0) section("data").refuse("test_fraction", "leaves no example to evaluate the model with");
  if (evaluation_.rounds_on_validation && split.validation.size() == 0)
    section("evaluation").refuse("rounds_on", "there is no validation part; [data] validation_fraction gives one");
  const datasets::Partition parts = partition(split.train);
  const models::Model<float> built = model(split.train);
  initial_parameters(built);
  models::check_inputs(built, split.train);
  models::check_inputs(built, split.validation);
  models::check_inputs(built, split.test);
  const ConfigTable update = section("update");
  if (const std::string objection = client::UpdatePipeline::from_config(update).objection_to(*built.schema());
      !objection.empty())
    fail(ErrorKind::configuration, "{}: [update]: {}", update.place(), objection);
  const ConfigTable training = section("training");
  const std::size_t evaluated = std::min(split.test.size(), models::evaluation_piece);
  require_memory(
      models::evaluation_bytes(built, evaluated),
      fmt::format("{}: [model]: an evaluation, of {} examples at once,", section("model").place(), evaluated));
  std::size_t largest = 0;
  for (std::size_t client = 0; client < clients_; ++client) largest = std::max(largest, parts.indices()[client].size());
  for (const auto& settings : models::LocalTraining::all_from_config(training)) {
    if (const std::string objection = models::memory_objection_to_step(built, settings.batch_size, largest);
        !objection.empty())
      training.refuse("batch_size", objection);
    if (const std::string objection = models::objection_to(settings.gradient, built); !objection.empty())
      training.refuse("gradient", objection);
  }
}

models::TrainingCohorts Experiment::cohorts() const {
  ConfigTable training = section("training");
  return models::TrainingCohorts(training);
}

bool Experiment::is_client_name(const std::string& name) const {
  for (std::size_t i = 0; i < clients_; ++i)
    if (name == client_name(i)) return true;
  return false;
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

Experiment Experiment::reconfigured(ConfigTable config) const {
  Experiment changed = from_config(std::move(config));
  changed.data_ = data_;
  changed.extra_clients_ = extra_clients_;
  return changed;
}

Experiment Experiment::with(const std::string& key, std::int64_t value) const {
  return reconfigured(config_.with(key, value));
}
Experiment Experiment::with(const std::string& key, const std::string& value) const {
  return reconfigured(config_.with(key, value));
}

Experiment Experiment::joined_by(std::size_t extra_clients) const {
  Experiment changed = *this;
  changed.extra_clients_ = extra_clients;
  return changed;
}

Experiment Experiment::on(datasets::TrainTest data) const {
  Experiment changed = *this;
  changed.data_ = std::make_shared<const datasets::TrainTest>(std::move(data));
  return changed;
}

datasets::TrainTest Experiment::data() const {
  if (data_) return *data_;
  return datasets::load(section("data"), seed_);
}

datasets::Partition Experiment::partition(const datasets::Dataset& train) const {
  return datasets::Partition(section("partition"), train, clients_, seed_);
}

datasets::ClientParts Experiment::parts(const datasets::Partition& partition, const datasets::Dataset& train,
                                        std::size_t client) const {
  return datasets::divide_client(partition.examples(train, client), evaluation_.fractions, seed_, client);
}

std::vector<datasets::Dataset> Experiment::shards(const datasets::Dataset& train) const {
  std::vector<datasets::Dataset> shards;
  const datasets::Partition whole = partition(train);
  for (std::size_t client = 0; client < clients_; ++client) shards.push_back(parts(whole, train, client).train);
  return shards;
}

models::Model<float> Experiment::model(const datasets::Dataset& train) const {
  return models::build_model<float>(section("model"), train.feature_shape, train.task());
}

Parameters Experiment::initial_parameters(const models::Model<float>& model) const {
  const auto weights = models::split_weights(config_.only({"model"}).table("model")).weights;
  if (weights) return models::read_weights(*weights, model.schema());
  return Parameters(model.schema(), model.initial_parameters(seed_));
}

}  // namespace tacit::simulation
