#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "attacks/features.h"
#include "attacks/known_labels.h"
#include "attacks/metrics/feature_accuracy.h"
#include "attacks/metrics/identifiability.h"
#include "attacks/observation.h"
#include "attacks/score.h"
#include "attacks/threat_model.h"
#include "datasets/dataset.h"
#include "evaluation/exchange.h"
#include "models/local_training.h"
#include "simulation/experiment.h"

namespace tacit::evaluation {

/// Data that several targets share: each set is loaded once.
class DataCache {
 public:
  struct Entry {
    datasets::Dataset train;
    std::vector<double> mean_example;  ///< the mean-image control
    std::vector<double> deviation;     ///< of each feature
  };
  std::shared_ptr<const Entry> data_of(const simulation::Experiment& experiment);
  std::shared_ptr<const attacks::Identifiability> identifiability_of(const simulation::Experiment& experiment,
                                                                     const attacks::Features& features);

 private:
  std::map<std::string, std::shared_ptr<const Entry>> data_;
  std::map<std::string, std::shared_ptr<const attacks::Identifiability>> identifiability_;
};

/// The model that a target's updates answer to, after training.
struct TrainedModel {
  Parameters parameters;
  std::uint32_t rounds = 0;
  std::optional<double> test_accuracy;
};

/// What an attacker is shown of a client, and what its examples are.
struct TargetOptions {
  std::size_t examples = 0;  ///< that a client holds; 0: as many as its batch
  bool trained = false;      ///< the experiment is run first
  std::size_t rounds = 1;    ///< that the client answers with the same examples, if the attacker observes many
  std::vector<std::pair<std::size_t, std::size_t>> categories{};  ///< of a table: first and last feature of each
};

/// One trial: what was seen, and what it was made of.
struct TargetTrial {
  attacks::Observation observation;           ///< the last round's
  std::vector<attacks::Observation> earlier;  ///< the rounds before it, in their order
  attacks::GroundTruth truth;
  std::optional<attacks::KnownLabels> labels;  ///< only if the threat model grants them
  std::uint64_t seed = 0;
};

/// One configuration under attack: data, model, training, defences and what an attacker knows, everything but the
/// attack. Trial t takes the same examples and seeds for every target of the same data and seed, so that targets
/// compare in pairs, and batches of different sizes begin with the same examples.
class Target {
 public:
  /// `experiment_table` has the sections of an experiment. An attacker who observes an aggregate sees that of all
  /// clients of [simulation], each with as many examples; one who observes many rounds sees the client answer them with
  /// the same examples, while the model takes the client's share of each step. Everything that can be wrong is said
  /// here. Throws Error(configuration) naming file, line and key.
  Target(const ConfigTable& experiment_table, const TargetOptions& options, DataCache& cache);

  /// Equal keys: equal trials. A digest of all that decides them.
  const std::string& key() const noexcept { return key_; }
  bool trained() const noexcept { return trained_; }
  const simulation::Experiment& experiment() const noexcept { return experiment_; }
  const attacks::ThreatModel& threat_model() const noexcept { return threat_model_; }
  const attacks::Features& features() const noexcept { return features_; }
  const attacks::Identifiability& identifiability() const noexcept { return *identifiability_; }
  /// Null where examples are images or angles, which have no entries to be right.
  const attacks::TableEntries* table() const noexcept { return table_ ? &*table_ : nullptr; }
  const std::vector<double>& mean_example() const noexcept { return data_->mean_example; }
  const models::Model<float>& model() const noexcept { return exchange_->model(); }

  void set_model(TrainedModel model) { model_ = std::move(model); }
  std::optional<double> test_accuracy() const { return model_ ? model_->test_accuracy : std::nullopt; }

  /// A fresh model, or the trained one, meets a client with examples drawn from the training part. May be called from
  /// several threads. Throws Error(state) if a trained target has no model yet.
  TargetTrial trial(std::size_t index) const;

 private:
  datasets::Dataset client_data(std::size_t trial, std::size_t client) const;
  void add_truth(TargetTrial& trial, const datasets::Dataset& data, std::uint64_t seed, std::uint32_t round) const;
  Parameters after(const attacks::Observation& seen) const;

  simulation::Experiment experiment_;
  std::string key_;
  bool trained_;
  std::size_t examples_, rounds_, clients_ = 1;
  models::LocalTraining training_;
  std::shared_ptr<const DataCache::Entry> data_;
  attacks::ThreatModel threat_model_;
  attacks::Features features_;
  std::shared_ptr<const attacks::Identifiability> identifiability_;
  std::optional<attacks::TableEntries> table_;
  std::unique_ptr<const Exchange> exchange_;
  std::optional<TrainedModel> model_;
};

}  // namespace tacit::evaluation
