#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "client/settings.h"
#include "coordinator/config.h"
#include "core/config.h"
#include "core/parameters.h"
#include "datasets/dataset.h"
#include "datasets/partition.h"
#include "models/model.h"
#include "models/training_cohorts.h"
#include "simulation/evaluation_settings.h"

namespace tacit::simulation {

/// One experiment file: who trains what on which data, and how. Sections [run], [data], [partition], [model],
/// [training], [update], [coordinator], [simulation], [evaluation]; for audits also [threat_model], [audit],
/// [inference] and any number of [[case]] tables, each of which replaces sections of the file by its own
/// (docs/configuration.md).
class Experiment {
 public:
  enum class Mode { in_process, processes };
  /// In which order the updates of a round reach an in-process coordinator. The final model must not depend on it.
  enum class Arrival { in_order, shuffled };

  static Experiment from_file(const std::filesystem::path& file);
  /// Validates every section that needs no data, and refuses unknown keys in them. Changes nothing on disk.
  static Experiment from_config(ConfigTable config);
  /// Loads the data, cuts them, and builds the model, for the errors alone: what remains of validation.
  void validate() const;
  /// The same, and that the clients which a simulation makes can make up the run.
  void validate_simulation() const;

  const ConfigTable& config() const noexcept { return config_; }
  const std::string& name() const noexcept { return name_; }
  std::uint64_t seed() const noexcept { return seed_; }
  Mode mode() const noexcept { return mode_; }
  /// Of every client: what to do about a received model that looks made to give examples away.
  client::ReceivedModelPolicy received_model() const noexcept { return received_model_; }
  Arrival arrival() const noexcept { return arrival_; }
  std::size_t clients() const noexcept { return clients_; }
  std::size_t threads() const noexcept { return threads_; }
  std::filesystem::path output() const { return output_; }

  /// The [coordinator] section, completed by what a simulation knows: everybody takes part, one seed, one algorithm.
  coordinator::CoordinatorConfig coordinator() const;
  /// A section, for the room that reads it. That of the model is self-contained: start values from a file are not its
  /// matter.
  ConfigTable section(const std::string& name) const;
  /// The experiments of an audit: one for each [[case]], or this one itself. Second: the case's name.
  std::vector<std::pair<std::string, Experiment>> cases() const;
  /// The same experiment with one value changed, for example ("coordinator.rounds", 1).
  Experiment with(const std::string& key, std::int64_t value) const;
  Experiment with(const std::string& key, const std::string& value) const;

  /// The same experiment on examples in memory instead of those that [data] names, for games that decide themselves
  /// what is trained on. In-process only.
  Experiment on(datasets::TrainTest data) const;
  /// The same experiment, which so many clients more join than [simulation] makes: whoever runs it brings them.
  Experiment joined_by(std::size_t extra_clients) const;
  std::size_t extra_clients() const noexcept { return extra_clients_; }
  bool has_data_in_memory() const noexcept { return data_ != nullptr; }

  datasets::TrainTest data() const;
  const EvaluationSettings& evaluation() const noexcept { return evaluation_; }
  /// Who holds which of the training examples.
  datasets::Partition partition(const datasets::Dataset& train) const;
  /// What a client trains on, and what it keeps out of that. `train` as the partition was made of.
  datasets::ClientParts parts(const datasets::Partition& partition, const datasets::Dataset& train,
                              std::size_t client) const;
  /// The examples that each client trains on.
  std::vector<datasets::Dataset> shards(const datasets::Dataset& train) const;
  /// Who trains with settings of its own.
  models::TrainingCohorts cohorts() const;
  models::Model<float> model(const datasets::Dataset& train) const;
  /// Start values of the model: from the file that [model] names as `weights`, else from the seed.
  Parameters initial_parameters(const models::Model<float>& model) const;

  /// Certificate and log name of a client: "client-3". Counted from 1.
  static std::string client_name(std::size_t index);
  /// Whether a simulation makes a client of that name.
  bool is_client_name(const std::string& name) const;

 private:
  /// What [training] says of the server's step, if it is fedsgd.
  std::optional<double> step_of_fedsgd(const ConfigTable& coordinator) const;
  /// Of another configuration, with what does not stand in one.
  Experiment reconfigured(ConfigTable config) const;
  explicit Experiment(ConfigTable config) : config_(std::move(config)) {}
  ConfigTable config_;
  std::string name_;
  std::uint64_t seed_ = 0;
  Mode mode_ = Mode::in_process;
  client::ReceivedModelPolicy received_model_ = client::ReceivedModelPolicy::accept;
  Arrival arrival_ = Arrival::in_order;
  std::size_t clients_ = 0;
  std::size_t extra_clients_ = 0;
  std::size_t threads_ = 0;
  std::filesystem::path output_;
  EvaluationSettings evaluation_;
  std::shared_ptr<const datasets::TrainTest> data_;  ///< null: what [data] names
};

const char* to_string(Experiment::Mode mode);

}  // namespace tacit::simulation
