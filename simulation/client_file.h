#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "client/settings.h"
#include "core/config.h"
#include "datasets/dataset.h"
#include "simulation/client_guard.h"
#include "simulation/experiment.h"

namespace tacit::simulation {

/// What one client process is started with: the file that `tacit client` takes.
///
///   [client]                 # where the coordinator is, certificates, seed, index: client/settings.h
///   [data]                   # the client's own data: datasets/dataset.h; it trains on the training part
///   [partition]              # only where several clients share one source of data:
///   scheme = "iid"
///   [shard]                  #   this client holds part `part` (from 0) of `of`, cut with `seed`
///   part = 2
///   of = 5
///   seed = 7
///   [evaluation]             # what the client keeps out of its training, and whether it tells how models do on it
///   client_test_fraction = 0.2
///   report = "test"          # default "none"
///   [leakage_guard]          # attacks its own updates before they leave: simulation/client_guard.h
struct ClientFile {
  client::ClientSettings settings;
  datasets::Dataset data;
  datasets::Dataset reported;  ///< examples whose evaluation may be told; none unless the file says so
  std::optional<LeakageGuardSection> guard;

  /// Validates the whole file, then loads the data.
  static ClientFile load(const std::filesystem::path& file);
};

/// The file's text for client `index` of a simulated experiment.
std::string client_file_text(const Experiment& experiment, std::size_t index, const std::string& coordinator,
                             const std::filesystem::path& certificates, const std::filesystem::path& run_folder);

/// Where client `index` of a simulation keeps what its guard measured. Makes the folder.
std::filesystem::path leakage_log_file(const std::filesystem::path& run_folder, std::size_t index);

}  // namespace tacit::simulation
