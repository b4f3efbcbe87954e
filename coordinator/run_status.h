#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "coordinator/store/store.h"

namespace tacit::coordinator {

/// What a run folder says of its run, whether or not a coordinator is at work on it.
struct RunStatus {
  StoredRun run;
  bool is_conducted = false;  ///< a process holds the run's lock now
  std::vector<StoredMember> members;
  std::vector<StoredRound> closed;  ///< each with its summary: loss and accuracy so far
  std::optional<StoredRound> open;
  std::vector<std::string> committed;  ///< whose updates of the open round are in
  std::vector<std::string> missing;    ///< whose are not
};

/// Reads the journal of a run folder without touching it. Throws Error(data) if the folder holds no run or its journal
/// is unusable, Error(io) if it cannot be read.
RunStatus read_run_status(const std::filesystem::path& run_folder);

}  // namespace tacit::coordinator
