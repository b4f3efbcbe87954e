#include "quantum_sim/measurement/settings.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/error.h"

namespace tacit::quantum_sim {
namespace {

constexpr std::size_t min_shots_of_setting = 2;

bool fits(const MeasurementSetting& setting, const PauliTerm& term) {
  const std::uint64_t both = (setting.x_mask | setting.z_mask) & (term.x_mask | term.z_mask);
  return ((setting.x_mask ^ term.x_mask) & both) == 0 && ((setting.z_mask ^ term.z_mask) & both) == 0;
}

}  // namespace

MeasurementPlan plan_measurement(const Observable& observable) {
  MeasurementPlan plan;
  std::vector<std::size_t> order(observable.terms.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return std::abs(observable.terms[a].coefficient) > std::abs(observable.terms[b].coefficient);
  });
  for (const std::size_t index : order) {
    const PauliTerm& term = observable.terms[index];
    if (term.coefficient == 0) continue;
    if ((term.x_mask | term.z_mask) == 0) {
      plan.constant += term.coefficient;
      continue;
    }
    auto setting = std::find_if(plan.settings.begin(), plan.settings.end(),
                                [&](const MeasurementSetting& candidate) { return fits(candidate, term); });
    if (setting == plan.settings.end()) setting = plan.settings.insert(setting, MeasurementSetting{});
    setting->x_mask |= term.x_mask;
    setting->z_mask |= term.z_mask;
    setting->weight += std::abs(term.coefficient);
    setting->terms.push_back(index);
  }
  return plan;
}

std::vector<std::size_t> allocate_shots(const MeasurementPlan& plan, std::size_t shots, ShotAllocation allocation) {
  const std::size_t settings = plan.settings.size();
  if (settings == 0) return {};
  if (shots / min_shots_of_setting < settings)
    fail(ErrorKind::usage, "shots: {} measurement settings need at least {} shots, got {}", settings,
         min_shots_of_setting * settings, shots);
  double total = 0;
  for (const MeasurementSetting& setting : plan.settings)
    total += allocation == ShotAllocation::even ? 1 : setting.weight;
  const std::size_t free = shots - min_shots_of_setting * settings;
  std::vector<std::size_t> allocated(settings);
  std::size_t given = 0;
  double sum = 0;
  // Each gets the difference of two rounded running sums, so that nothing is left over.
  for (std::size_t index = 0; index < settings; ++index) {
    sum += allocation == ShotAllocation::even ? 1 : plan.settings[index].weight;
    const double share = std::floor(static_cast<double>(free) * (sum / total));
    const std::size_t until = index + 1 == settings ? free : std::min(free, static_cast<std::size_t>(share));
    allocated[index] = min_shots_of_setting + (until - given);
    given = until;
  }
  return allocated;
}

}  // namespace tacit::quantum_sim
