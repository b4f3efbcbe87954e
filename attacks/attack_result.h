#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/parameters.h"

namespace tacit::attacks {

/// One run of an attack from one starting point: kept raw, so that thresholds can be applied later without a rerun.
struct RestartRow {
  std::size_t restart = 0;
  std::vector<std::int32_t> labels;  ///< that this run assumed or, with joint labels, ended with; [count]
  std::vector<double> inputs;        ///< that it ended with, [count, input_size], clipped likewise
  double first_score = 0;            ///< D at the starting point
  double score = 0;                  ///< D at the end
  std::size_t iterations = 0;
  std::size_t evaluations = 0;  ///< of the function and its gradient
  double seconds = 0;
  std::string stopped;  ///< why it ended
};

/// What an attack made of one observation. Scores belong to the inputs before clipping. Nothing here was compared with
/// the truth: see score.h.
struct AttackResult {
  std::string attack;  ///< name of its settings
  std::size_t count = 0;
  Shape input_shape;  ///< of one example
  /// Reconstructions, [count, input_size], clipped to the feature bounds if the threat model grants them (not angles).
  std::vector<double> inputs;
  std::vector<std::int32_t> labels;  ///< [count]; empty if the attack finds none
  double score = 0;                  ///< D of the chosen row; for analytic attacks the relative residual
  double zero_score = 1;             ///< D at zero gradient, which a score is measured by; 1 for relative residuals
  std::size_t chosen = 0;            ///< index into rows
  std::vector<RestartRow> rows;
  double seconds = 0;
  std::vector<std::string> notes;  ///< assumptions and limits, one sentence each
};

}  // namespace tacit::attacks
