#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "attacks/known_labels.h"
#include "attacks/score.h"
#include "datasets/dataset.h"
#include "simulation/experiment.h"

namespace tacit::simulation {

/// What the clients of a simulated experiment really used. Only a simulation can know it, because it plays every
/// client; it meets reconstructions in the scores and nowhere before (promise P3).
class Truth {
 public:
  explicit Truth(const Experiment& experiment);

  /// The examples behind one client's update of one round, each once, in the order of first use.
  attacks::GroundTruth of_update(std::uint32_t round, const std::string& client) const;
  /// Their labels, for a threat model that grants them.
  attacks::KnownLabels labels_of_update(std::uint32_t round, const std::string& client) const;

  const datasets::Dataset& train() const noexcept { return train_; }
  /// The mean training example, [features]: the mean-image control.
  std::vector<double> mean_example() const;

 private:
  std::vector<std::size_t> indices(std::uint32_t round, std::size_t client) const;
  const datasets::Dataset& shard(const std::string& client, std::size_t& index) const;

  Experiment experiment_;
  datasets::Dataset train_;
  std::vector<datasets::Dataset> shards_;
};

}  // namespace tacit::simulation
