#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "attacks/inference/lira.h"
#include "attacks/inference/run_signals.h"

namespace tacit::attacks {

/// All that a membership attack is given: what the wire said of the candidates, models of the attacker's own, and a
/// seed. Which candidates the run used is not among it (promise P3).
struct MembershipEvidence {
  const RunSignals& signals;
  const std::vector<ShadowModel>& shadows;
  std::uint64_t seed;
  bool ascended = false;  ///< the attacker was a client that climbed on the candidates (malicious/ascent.h)
};

/// One way to score candidates: the higher, the likelier a member.
struct MembershipAttack {
  std::string_view name;   ///< in settings: "lira_offline_fixed"
  std::string_view paper;  ///< authors, year, arXiv number or venue
  std::string_view what;   ///< one sentence
  bool needs_shadows;
  bool is_control;  ///< says what scores come out where nothing is leaked
  /// [candidates]. Throws Error(configuration) with the reason where the evidence lacks what it needs.
  std::vector<double> (*scores)(const MembershipEvidence& evidence);
};

/// All of them; controls last.
const std::vector<MembershipAttack>& membership_attacks();
/// By its name. Error(usage) lists what there is.
const MembershipAttack& membership_attack(std::string_view name);

}  // namespace tacit::attacks
