#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "attacks/gradient_matching.h"
#include "attacks/local_run/local_run.h"
#include "attacks/objectives/objective.h"
#include "attacks/observed_gradient.h"

namespace tacit::attacks {

/// What gradient matching compares candidates with: the rounds that are fitted together, read as gradients, or one
/// change of parameters with the local training behind it.
struct MatchedRounds {
  std::vector<std::vector<double>> thetas;  ///< as sent, one a round, the last round first
  ObservedGradient gradient;                ///< of all rounds, one after another
  std::vector<UpdateInUnits> updates;       ///< likewise; they point at the observations
  std::vector<LocalRun> local_runs;         ///< one a restart; empty: the update is read as one gradient

  /// Over the rounds: what label rules look at.
  std::vector<double> mean_gradient() const;
  /// Of every candidate, one an epoch; 1 unless the local training is repeated on free copies.
  std::size_t copies() const { return local_runs.empty() ? 1 : local_runs[0].copies; }

  /// `rounds` must outlive the result; the last one comes first. Throws Error(configuration) if they were not made of
  /// as many examples, or several have local training that is to be repeated, and as observed_gradient and local_run.
  static MatchedRounds read(const std::vector<const Observation*>& rounds, const ThreatModel& threat_model,
                            const MatchingSettings& settings, std::size_t count, std::uint64_t seed);
};

}  // namespace tacit::attacks
