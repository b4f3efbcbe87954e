#include "simulation/client_guard.h"

#include <fmt/format.h>

#include "core/error.h"
#include "core/files.h"

namespace tacit::simulation {
namespace {

/// The file of an attack of the catalog, or the file that is named. Refused at the key if the catalog has no such name.
std::filesystem::path file_of_attack(const ConfigTable& section, const std::string& name) {
  if (name.ends_with(".toml")) return name;
  try {
    attacks::AttackSettings::from_catalog(name);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::usage) throw;
    section.refuse("attack", error.what());
  }
  return share_folder() / "catalog" / (name + ".toml");
}

/// The attack's settings with the section's own bounds on how long it searches.
attacks::AttackSettings attack_of(ConfigTable& section) {
  const std::string name = section.string("attack");
  const std::int64_t iterations = section.integer("iterations", {0, 100'000'000}, 0);
  const std::int64_t restarts = section.integer("restarts", {0, 1'000'000}, 0);
  const double seconds = section.number("seconds", {0, 1e6}, 0.0);
  const std::filesystem::path file = file_of_attack(section, name);
  ConfigTable table = ConfigTable::parse_file(file);
  const bool searches = attacks::AttackSettings::from_config(table, file.stem().string()).method->searches();
  for (const char* key : {"iterations", "restarts", "seconds"})
    if (section.has(key) && !searches) section.refuse(key, "attack '" + name + "' does not search");
  if (iterations > 0) table = table.with("solver.iterations", iterations);
  if (restarts > 0) table = table.with("restarts", restarts);
  if (seconds > 0)
    table = table.overlaid(ConfigTable::parse_text(fmt::format("seconds = {}", seconds), "[leakage_guard]"));
  return attacks::AttackSettings::from_config(table, file.stem().string());
}

std::function<void(const client::GuardRecord&)> writing_to(const std::optional<client::LeakageLog>& log) {
  if (!log) return {};
  return [&log](const client::GuardRecord& record) { log->write(record); };
}

}  // namespace

std::optional<LeakageGuardSection> LeakageGuardSection::from_config(const ConfigTable& config) {
  if (!config.has("leakage_guard")) return {};
  ConfigTable section = config.only({"leakage_guard"}).table("leakage_guard");
  LeakageGuardSection result;
  result.policy = client::LeakageGuardSettings::from_config(section);
  result.attack = attack_of(section);
  result.log = section.string("log", "");
  result.threat_model = attacks::ThreatModel::from_config(section.table("threat_model"));
  section.finish();
  return result;
}

ClientGuard::ClientGuard(const LeakageGuardSection& section)
    : meter_(section.attack, section.threat_model),
      log_(section.log.empty() ? std::nullopt : std::optional<client::LeakageLog>(section.log)),
      guard_(section.policy, meter_, writing_to(log_)) {}

}  // namespace tacit::simulation
