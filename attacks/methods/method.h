#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "attacks/attack_control.h"
#include "attacks/attack_result.h"
#include "attacks/known_labels.h"
#include "attacks/observation.h"
#include "attacks/part.h"
#include "attacks/threat_model.h"
#include "core/config.h"

namespace tacit::attacks {

/// What one attack works on, and all of it (promise P3). References outlive the call.
struct AttackTask {
  const Observation& observation;  ///< the last round, where there are several
  const ThreatModel& threat_model;
  std::size_t count;          ///< examples to reconstruct
  const KnownLabels* labels;  ///< null unless granted
  const AttackControl& control;
  /// All rounds that were seen, in order, the last one being `observation`; empty where it is the only one.
  std::span<const Observation> rounds = {};
};

/// A way from an observation to inputs, with fixed settings: solves, reads off, or searches. Keeps nothing between runs
/// and may serve several threads.
class Method : public Part {
 public:
  /// Throws with one sentence: Error(configuration) if it needs what the threat model denies or what model, loss, shape
  /// or count do not have; Error(data) if the update is zero or not finite; Error(interrupted) if cancelled.
  virtual AttackResult run(const AttackTask& task) const = 0;
  /// Whether it looks at more rounds than the last.
  virtual bool uses_rounds() const noexcept { return false; }
  /// Whether it can do with a run whose targets are real numbers: its labels play no part in finding inputs.
  virtual bool works_without_labels() const noexcept { return false; }
  /// Whether it searches from random starting points, so that restarts and iterations say what it cost.
  virtual bool searches() const noexcept { return false; }
};

/// The method that the key `method` of a settings file names, made from the whole file, whose other keys it reads.
std::unique_ptr<const Method> make_method(ConfigTable file);

}  // namespace tacit::attacks
