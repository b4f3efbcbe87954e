#include "coordinator/phases/phases.h"

#include <fmt/core.h>
#include <fmt/ranges.h>

namespace tacit::coordinator {
namespace {

double seconds(std::chrono::milliseconds window) {
  return static_cast<double>(window.count()) / 1000.0;
}

}  // namespace

std::optional<Joining::Successors> Joining::next(Instant now) const {
  if (joined >= minimum) return Collecting{.round = 1};
  if (now < deadline) return {};
  return Failed{
      fmt::format("{} of the {} clients needed had joined after {:g} seconds (coordinator.minimum_clients, "
                  "coordinator.join_deadline_seconds)",
                  joined, minimum, seconds(window))};
}

std::string Joining::reason_to_wait() const {
  return fmt::format("{} of {} clients have joined", joined, minimum);
}

std::optional<Collecting::Successors> Collecting::next(Instant now) const {
  if (withheld.size() >= cohort.size() || cohort.size() - withheld.size() < minimum_updates)
    return Failed{
        fmt::format("round {}: at most {} of at least {} updates can arrive (coordinator.minimum_updates); "
                    "withheld by: {}",
                    round, cohort.size() - withheld.size(), minimum_updates, fmt::join(withheld, ", "))};
  if (committed.size() + withheld.size() >= cohort.size()) return Closing{.round = round};
  if (now < deadline) return {};
  if (committed.size() >= minimum_updates) return Closing{.round = round};
  return Failed{fmt::format("round {}: {} of at least {} updates had arrived after {:g} seconds; missing: {}", round,
                            committed.size(), minimum_updates, seconds(window), fmt::join(missing(), ", "))};
}

std::vector<std::string> Collecting::missing() const {
  std::vector<std::string> names;
  for (const std::string& name : cohort)
    if (!committed.contains(name) && !withheld.contains(name)) names.push_back(name);
  return names;
}

std::string Collecting::reason_to_wait() const {
  return fmt::format("{} of {} updates of round {} have arrived", committed.size(), cohort.size() - withheld.size(),
                     round);
}

std::optional<Closing::Successors> Closing::next(Instant) const {
  if (!closed) return {};
  if (round >= rounds) return Finished{};
  return Collecting{.round = round + 1};
}

std::string Closing::reason_to_wait() const {
  return fmt::format("round {} is being aggregated and evaluated", round);
}

}  // namespace tacit::coordinator
