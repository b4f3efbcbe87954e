#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "client/update_pipeline.h"
#include "core/parameters.h"
#include "datasets/dataset.h"
#include "models/model.h"
#include "models/training.h"

namespace tacit::client {

/// What one member of a run has to do, built from the coordinator's description of the run and this client's own data.
class LocalTask {
 public:
  /// Throws Error(peer) if the description is incomplete or does not parse, or if the model that it describes has
  /// another schema hash here than at the coordinator; Error(data) if the local data do not fit the run (shape of an
  /// example, classes, values that the model cannot read, none at all). The data must outlive the task. `held_out`,
  /// unless it is null, are examples of this client whose evaluation it agrees to tell; it does so only if the
  /// coordinator asks.
  LocalTask(const v1::JoinResponse& description, const datasets::Dataset& data, const datasets::Dataset* held_out,
            std::size_t chunk_bytes);

  const std::shared_ptr<const ParameterSchema>& schema() const noexcept { return model_.schema(); }

  /// What about a received model looks made to give examples away (client/received_model_check.h).
  std::vector<std::string> suspicious_signs(const Parameters& start) const;

  /// Trains from `start` and prepares the update. A function of its arguments, the data and the description alone.
  PreparedUpdate update(const Parameters& start, std::uint64_t seed, std::uint32_t round, std::uint32_t client) const;

 private:
  v1::LocalEvaluation evaluation_of(const Parameters& start) const;

  const datasets::Dataset& data_;
  const datasets::Dataset* held_out_;  ///< null: nothing is told of any
  models::Model<float> model_;
  models::LocalTraining training_;
  UpdatePipeline pipeline_;
};

}  // namespace tacit::client
