#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "attacks/attack_result.h"
#include "attacks/snapshot/snapshot_attack.h"
#include "attacks/snapshot/snapshot_matching.h"
#include "attacks/snapshot/snapshot_problem.h"
#include "attacks/snapshot/stacked_rounds.h"

namespace tacit::attacks {

/// Several rounds of one example, solved together: inputs from the snapshot that all of them determine.
class StackedInverter {
 public:
  /// The task must have two rounds at least. Everything must outlive this.
  StackedInverter(const AttackTask& task, const SnapshotSettings& settings);

  const SnapshotProblem& last() const { return *problems_.back(); }
  /// Why it cannot go on; empty if it can.
  std::string obstacle() const;
  /// Equations, unknowns, condition and contradiction, in words.
  std::string note() const;
  /// Adds a row for every input that fits some output of the circuit under this label. Only without an obstacle.
  void with_labels(const std::vector<std::int32_t>& labels, std::vector<RestartRow>& rows);

 private:
  RestartRow row_of(std::vector<double> inputs, const std::vector<double>& targets,
                    const std::vector<std::int32_t>& labels, std::size_t number);
  /// The relative residual of all gradients.
  double score(const std::vector<double>& inputs, const std::vector<double>& targets);

  const SnapshotSettings& settings_;
  StackedRounds::Problems problems_;
  std::optional<StackedRounds> stacked_;
  std::vector<SnapshotMatching> matchings_;
};

}  // namespace tacit::attacks
