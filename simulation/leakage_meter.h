#pragma once

#include "attacks/attack_settings.h"
#include "attacks/threat_model.h"
#include "client/leakage_guard.h"

namespace tacit::simulation {

/// A client's guard with the attacks of this house: writes what would cross the wire into a recording of its own,
/// observes it as an attacker would, attacks, and scores the result against the client's examples (promise P3: they
/// meet the result there and not before).
class AttackLeakageMeter final : public client::LeakageMeter {
 public:
  AttackLeakageMeter(attacks::AttackSettings attack, attacks::ThreatModel threat_model);
  client::Leakage measure(const client::LeakageQuestion& question) const override;

 private:
  attacks::AttackSettings attack_;
  attacks::ThreatModel threat_model_;
};

}  // namespace tacit::simulation
