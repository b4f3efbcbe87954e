#pragma once

#include <filesystem>

#include "attacks/inference/run_signals.h"
#include "attacks/metrics/roc.h"
#include "core/progress.h"
#include "datasets/dataset.h"
#include "simulation/experiment.h"
#include "simulation/run.h"
#include "simulation/run_result.h"

namespace tacit::evaluation {

/// A run that was trained, and what of it an attacker has.
struct TrainedRun {
  simulation::RunResult result;
  attacks::SeenRun seen;
};

/// Trains an experiment in this process, with the code of coordinator and clients, into a new folder, and reads what
/// crossed the wire from its recording; a run there that was cut off goes on; the final model, which every member is
/// sent at the end, from the model file. A malicious client joins if one is given. Advances the bar by `units`. Throws
/// as simulation::run.
TrainedRun train_and_see(const simulation::Experiment& experiment, const std::filesystem::path& folder, Progress& bar,
                         double units, std::optional<simulation::MaliciousClient> malicious = {});

/// The candidates of a data set, by index.
attacks::Candidates candidates_of(const datasets::Dataset& data, const std::vector<std::size_t>& indices);

/// The score interval, AUC and so on as "0.731 [0.702, 0.760]".
std::string with_interval(const attacks::Rate& rate);

}  // namespace tacit::evaluation
