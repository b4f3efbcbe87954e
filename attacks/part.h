#pragma once

#include <vector>

#include "attacks/threat_model.h"

namespace tacit::attacks {

/// A registered part of an attack: method, objective, solver, prior, initialiser or label rule.
class Part {
 public:
  virtual ~Part() = default;
  /// What it uses that a threat model may deny, whatever the model and the update are. A need that depends on these is
  /// required where it shows (ThreatModel::require), with the same sentence.
  virtual std::vector<Need> needs() const { return {}; }
};

}  // namespace tacit::attacks
