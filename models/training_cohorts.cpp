#include "models/training_cohorts.h"

#include <fmt/core.h>

#include <algorithm>
#include <limits>

#include "core/digest.h"

namespace tacit::models {

namespace {

/// A number in [0, 1) of 53 bits.
double number_of(std::int64_t seed, const std::string& client) {
  const Digest digest = sha256(fmt::format("{}:{}", seed, client));
  std::uint64_t bits = 0;
  for (std::size_t byte = 0; byte < sizeof(bits); ++byte) bits = bits << 8 | digest[byte];
  constexpr double scale = 1.0 / (std::uint64_t{1} << 53);
  return static_cast<double>(bits >> 11) * scale;
}

constexpr const char* own_keys[] = {"name", "share", "clients"};

}  // namespace

TrainingCohorts::TrainingCohorts(ConfigTable& section) {
  seed_ = section.integer("cohort_seed", {0, std::numeric_limits<std::int64_t>::max()}, 0);
  double shares = 0;
  for (ConfigTable& table : section.tables("cohorts")) {
    Cohort cohort{table.string("name"), 0, table.strings("clients", std::vector<std::string>{}), table};
    const std::vector<std::string> taken = names();
    if (cohort.name.empty() || std::find(taken.begin(), taken.end(), cohort.name) != taken.end())
      table.refuse("name", "expected a name that no other cohort has");
    if (table.has("share") == table.has("clients"))
      table.refuse(table.has("share") ? "share" : "name", "expected either share or clients, to say who belongs to it");
    if (table.has("share")) cohort.share = table.number("share", {1e-9, 1});
    shares += cohort.share;
    if (shares > 1 + 1e-9)
      table.refuse("share", fmt::format("the shares of all cohorts are {:g}, more than 1", shares));
    if (table.has("clients") && cohort.clients.empty()) table.refuse("clients", "expected one name at least");
    for (const std::string& client : cohort.clients) {
      const auto others = named_clients();
      if (std::count(cohort.clients.begin(), cohort.clients.end(), client) > 1 ||
          std::find(others.begin(), others.end(), client) != others.end())
        table.refuse("clients", "'" + client + "' stands twice");
    }
    for (const char* forbidden : {"algorithm", "cohorts", "cohort_seed"})
      if (table.has(forbidden)) table.refuse(forbidden, "is the same for all clients of a run");
    for (const char* key : own_keys) cohort.settings = cohort.settings.without(key);
    if (cohort.settings.to_toml().empty()) table.refuse("name", "the cohort has no setting of its own");
    table.accept_all();
    cohorts_.push_back(std::move(cohort));
  }
  if (cohorts_.empty() && section.has("cohort_seed"))
    section.refuse("cohort_seed", "has a meaning only with [[training.cohorts]]");
}

std::vector<std::string> TrainingCohorts::names() const {
  std::vector<std::string> names;
  for (const Cohort& cohort : cohorts_) names.push_back(cohort.name);
  return names;
}

std::vector<std::string> TrainingCohorts::named_clients() const {
  std::vector<std::string> clients;
  for (const Cohort& cohort : cohorts_) clients.insert(clients.end(), cohort.clients.begin(), cohort.clients.end());
  return clients;
}

std::size_t TrainingCohorts::of(const std::string& client) const {
  for (std::size_t i = 0; i < cohorts_.size(); ++i)
    if (std::find(cohorts_[i].clients.begin(), cohorts_[i].clients.end(), client) != cohorts_[i].clients.end())
      return i;
  const double place = number_of(seed_, client);
  double end = 0;
  for (std::size_t i = 0; i < cohorts_.size(); ++i)
    if (place < (end += cohorts_[i].share)) return i;
  return cohorts_.size();
}

ConfigTable TrainingCohorts::settings(const ConfigTable& section, std::size_t cohort) const {
  const ConfigTable own = section.without("cohorts").without("cohort_seed");
  return cohort < cohorts_.size() ? own.overlaid(cohorts_[cohort].settings) : own;
}

}  // namespace tacit::models
