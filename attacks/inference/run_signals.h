#pragma once

#include <optional>
#include <string>
#include <vector>

#include "attacks/attack_control.h"
#include "attacks/inference/update_alignment.h"

namespace tacit::attacks {

/// All that an attacker has of one run: what crossed the wire.
struct SeenRun {
  std::vector<Observation> updates;       ///< of every round and client, in the order of the recording
  std::optional<Parameters> final_model;  ///< what the members are sent at the end, if the run has ended
};

/// What one run says of each candidate.
struct RunSignals {
  /// Of every model that was sent, in the order of rounds; the last one is the final model, or the newest there is.
  std::vector<ExampleSignals> models;
  /// Of every update, in the order of SeenRun::updates; empty, with the reason, where the threat model denies updates
  /// or the model gives single examples no gradient.
  std::vector<UpdateAlignment> alignments;
  std::vector<std::uint32_t> rounds;  ///< [alignments]
  std::vector<std::string> clients;   ///< [alignments]
  std::string alignments_refused;

  const ExampleSignals& first() const { return models.front(); }
  const ExampleSignals& last() const { return models.back(); }
};

/// Computes them, updates and models side by side on control.pool. Throws Error(usage) without an update or candidate,
/// Error(interrupted) if cancelled, else as signals_of and alignment_of.
RunSignals signals_of_run(const SeenRun& run, const ThreatModel& threat_model, const Candidates& candidates,
                          const AttackControl& control = {});

}  // namespace tacit::attacks
