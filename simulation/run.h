#pragma once

#include <filesystem>
#include <functional>
#include <optional>

#include "client/update_craft.h"
#include "core/parameters.h"
#include "datasets/dataset.h"
#include "simulation/craft_options.h"
#include "simulation/experiment.h"
#include "simulation/run_result.h"

namespace tacit::simulation {

/// A client that joins a simulation without following the protocol, for audits of what the others give away to it.
struct MaliciousClient {
  datasets::Dataset data;     ///< that it claims to train on; decides its weight
  client::UpdateCraft craft;  ///< what it sends
};

struct RunOptions {
  /// Where the run's files go. A folder with an unfinished run of the same configuration is continued.
  std::filesystem::path run_folder;
  /// Start values instead of those from the seed, as a file of weights (models/weight_files.h).
  std::optional<std::filesystem::path> initial_model;
  /// For audits: what single clients are sent in place of honest models.
  CraftOptions crafted{};
  /// For audits: one client more than the experiment makes, the last. In one process only.
  std::optional<MaliciousClient> malicious_client{};
  /// Called between events, on the calling thread, with the state so far.
  std::function<void(const RunResult&)> on_progress{};
};

/// Runs an experiment to its end, in this process or in child processes as its mode says, with the coordinator's and
/// the client's own code either way. Ctrl-C ends every child and throws Error(interrupted); a failed run throws its
/// reason.
RunResult run(const Experiment& experiment, const RunOptions& options);

/// The two ways. Both give the same bits (promise P1).
RunResult run_in_process(const Experiment& experiment, const RunOptions& options);
RunResult run_in_processes(const Experiment& experiment, const RunOptions& options);

/// `wanted`, or if that exists the first of `wanted`-2, `wanted`-3, ... that does not: a new run never writes over an
/// old one.
std::filesystem::path unused_folder(const std::filesystem::path& wanted);

}  // namespace tacit::simulation
