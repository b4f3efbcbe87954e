#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "simulation/fairness.h"

namespace tacit::simulation {

/// The global model after one round, as its coordinator evaluated it.
struct CurvePoint {
  std::uint32_t round = 0;
  std::optional<double> test_loss;
  std::optional<double> test_accuracy;
  std::optional<double> test_rmse, test_r_squared;  ///< of regression
};

/// What a client last said of a model on examples of its own.
struct ClientReport {
  std::uint32_t round = 0;  ///< of the model: the one that this round started from
  ClientEvaluation evaluation;
};

/// What a run came to.
struct RunResult {
  std::filesystem::path run_folder;
  std::string outcome;       ///< "complete" or "failed: ..."; empty while it goes on
  std::string model_sha256;  ///< of the newest model
  std::string audit;         ///< what its coordinator crafted, in words; empty for an honest one
  std::size_t parameters = 0;
  std::uint32_t rounds = 0;  ///< closed so far
  std::uint32_t rounds_planned = 0;
  std::size_t members = 0;           ///< clients that joined
  std::size_t updates_pending = 0;   ///< committed in the round that is open
  std::size_t updates_withheld = 0;  ///< by clients' leakage guards, over all rounds
  std::vector<CurvePoint> curve;
  std::map<std::string, ClientReport> reports;  ///< by client; of those who tell
  std::uint64_t bytes_up = 0;                   ///< payload from clients to coordinator
  std::uint64_t bytes_down = 0;                 ///< payload from coordinator to clients
  double seconds = 0;                           ///< from start to finish, by the coordinator's clock

  bool finished() const noexcept { return !outcome.empty(); }
  std::optional<double> test_accuracy() const { return curve.empty() ? std::nullopt : curve.back().test_accuracy; }
  bool is_regression() const { return !curve.empty() && curve.back().test_rmse.has_value(); }
  /// Of the newest report of each client; nothing without reports.
  std::optional<Fairness> reported_fairness() const;
};

/// Follows a run from outside by its events.jsonl, while it is written and afterwards.
class RunFollower {
 public:
  explicit RunFollower(const std::filesystem::path& run_folder);
  /// Reads what is new; returns whether anything was. Throws Error(data) naming file and line on a broken event.
  bool poll();
  const RunResult& result() const noexcept { return result_; }

 private:
  void take(const std::string& line);
  std::filesystem::path file_;
  std::uint64_t offset_ = 0;
  std::size_t line_ = 0;
  double started_ = 0;
  RunResult result_;
};

}  // namespace tacit::simulation
