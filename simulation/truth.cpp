#include "simulation/truth.h"

#include <set>

#include "core/error.h"
#include "core/random.h"
#include "datasets/feature_statistics.h"
#include "models/training.h"

namespace tacit::simulation {

Truth::Truth(const Experiment& experiment) : experiment_(experiment), train_(experiment.data().train) {
  shards_ = experiment.shards(train_);
}

const datasets::Dataset& Truth::shard(const std::string& client, std::size_t& index) const {
  for (index = 0; index < shards_.size(); ++index)
    if (Experiment::client_name(index) == client) return shards_[index];
  fail(ErrorKind::data, "the recording holds an update of '{}', who is no client of this experiment", client);
}

std::vector<std::size_t> Truth::indices(std::uint32_t round, std::size_t client) const {
  const auto training =
      models::LocalTraining::from_config(experiment_.section("training"), Experiment::client_name(client));
  const RandomKey key{experiment_.seed(), Purpose::local_order, round, static_cast<std::uint32_t>(client)};
  std::vector<std::size_t> once;
  std::set<std::size_t> seen;
  for (std::size_t index : models::examples_of_round(training, shards_[client].size(), key))
    if (seen.insert(index).second) once.push_back(index);
  return once;
}

attacks::GroundTruth Truth::of_update(std::uint32_t round, const std::string& client) const {
  std::size_t number = 0;
  const datasets::Dataset& data = shard(client, number);
  attacks::GroundTruth truth;
  for (std::size_t index : indices(round, number)) {
    std::vector<float> example(data.feature_size());
    data.copy_example(index, example);
    truth.inputs.insert(truth.inputs.end(), example.begin(), example.end());
    if (!data.is_regression()) truth.labels.push_back(data.labels[index]);
  }
  return truth;
}

attacks::KnownLabels Truth::labels_of_update(std::uint32_t round, const std::string& client) const {
  return {of_update(round, client).labels};
}

std::vector<double> Truth::mean_example() const {
  return datasets::mean_example(train_);
}

}  // namespace tacit::simulation
