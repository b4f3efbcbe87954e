#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "attacks/rows/raw_row.h"
#include "attacks/score.h"
#include "evaluation/line_log.h"

namespace tacit::evaluation {

/// What is shown of one trial, example by example in the order of the truth; an empty one where nothing was found.
struct TrialPictures {
  std::vector<std::vector<double>> truth, found, on_noise;
};

/// The landscape of one trial: log10 of the relative distance of gradients along some features of its first example.
struct TrialSlices {
  std::vector<double> truth;              ///< of each feature
  std::vector<std::vector<double>> x, y;  ///< [features][points]
};

/// One trial of one cell, done.
struct TrialEntry {
  std::vector<attacks::RawRow> rows;  ///< without setting and observation, which belong to the sweep
  std::optional<TrialPictures> pictures;
  std::optional<TrialSlices> slices;         ///< of the guesses' first trial
  std::optional<std::vector<double>> found;  ///< of a circuit's first trial: what stands for its first example
};

/// One training run, done.
struct TrainingEntry {
  std::uint32_t rounds = 0;
  std::optional<double> test_accuracy;
};

/// What a sweep has done so far: FOLDER/trials.jsonl, a LineLog of one JSON object a line. Equal keys mean equal work
/// (evaluation/sweep/target.h), so that a sweep with more axes or trials takes over what is there.
class TrialLog {
 public:
  /// Creates folder and file as needed. Throws Error(state) if another process has it, Error(data) naming file and line
  /// if a whole line cannot be read, Error(io).
  explicit TrialLog(const std::filesystem::path& folder);

  bool has(const std::string& cell, std::size_t trial) const { return trials_.contains({cell, trial}); }
  const TrialEntry& at(const std::string& cell, std::size_t trial) const { return trials_.at({cell, trial}); }
  const TrainingEntry* training(const std::string& target) const;

  /// One thread at a time.
  void add(const std::string& cell, std::size_t trial, TrialEntry entry);
  void add_training(const std::string& target, TrainingEntry entry);

 private:
  void take(const std::string& line, std::size_t number);

  std::filesystem::path file_;
  std::map<std::pair<std::string, std::size_t>, TrialEntry> trials_;
  std::map<std::string, TrainingEntry> trainings_;
  LineLog log_;  ///< last: it fills the maps as it opens
};

}  // namespace tacit::evaluation
