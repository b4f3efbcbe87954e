#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "client/leakage_guard.h"
#include "client/leakage_log.h"
#include "core/config.h"
#include "simulation/leakage_meter.h"

namespace tacit::simulation {

/// The whole [leakage_guard] section, of an experiment (then every client has it) or of a client's own file.
///
///   [leakage_guard]                # and the keys of client/leakage_guard.h
///   attack = "analytic"            # name in the catalog, or a settings file
///   iterations = 200               # instead of the attack's own; 0, the default: its own. Only if it searches
///   restarts = 1                   # likewise
///   seconds = 0.0                  # bound on the time of a look; 0: none. With a bound, results depend on the machine
///   log = "leakage.csv"            # where to keep what was measured (client/leakage_log.h); default: nowhere
///   [leakage_guard.threat_model]   # what the attacker is taken to know: attacks/threat_model.h
struct LeakageGuardSection {
  client::LeakageGuardSettings policy;
  attacks::AttackSettings attack;
  attacks::ThreatModel threat_model;
  std::string log;

  /// Nothing if the configuration has no such section. Throws Error(configuration) with file, line and key.
  static std::optional<LeakageGuardSection> from_config(const ConfigTable& config);
};

/// A guard with everything that it needs, for one client. Stays where it was made.
class ClientGuard {
 public:
  explicit ClientGuard(const LeakageGuardSection& section);
  ClientGuard(const ClientGuard&) = delete;
  ClientGuard& operator=(const ClientGuard&) = delete;
  const client::LeakageGuard& guard() const noexcept { return guard_; }

 private:
  AttackLeakageMeter meter_;
  std::optional<client::LeakageLog> log_;
  client::LeakageGuard guard_;
};

}  // namespace tacit::simulation
