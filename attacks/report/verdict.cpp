#include "attacks/report/verdict.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace tacit::attacks::report {
namespace {

// Rounding to 8-bit pixels already costs a mean squared error of (1/255)^2 / 12 = 1.3e-6; below this nothing is
// visible.
constexpr double kExactMse = 1e-6;
constexpr double kExactCircularDistance = 1e-3;
constexpr double kClear = 0.25;
constexpr double kPartial = 0.9;
constexpr double kLabelMargin = 0.1;

std::optional<double> known(const std::optional<double>& value) {
  return value && !std::isnan(*value) ? value : std::nullopt;
}

std::optional<double> error_of(const Quality& quality, ErrorMeasure measure) {
  if (measure == ErrorMeasure::circular_distance) return known(quality.circular_distance);
  const bool infinite_psnr = quality.psnr_db && std::isinf(*quality.psnr_db) && *quality.psnr_db > 0;
  if (!known(quality.mse) && infinite_psnr) return 0.0;
  return known(quality.mse);
}

double exact_up_to(ErrorMeasure measure) {
  return measure == ErrorMeasure::mse ? kExactMse : kExactCircularDistance;
}

// The baseline with the smallest mean error; null if none has one.
const ResultRow* best_baseline(const std::vector<const ResultRow*>& baselines, ErrorMeasure measure) {
  const ResultRow* best = nullptr;
  for (const ResultRow* row : baselines) {
    const auto error = error_of(row->mean, measure);
    if (error && (!best || *error < *error_of(best->mean, measure))) best = row;
  }
  return best;
}

// The squared error unless only the distance of angles can be compared.
ErrorMeasure measure_for(const ResultRow& attack, const std::vector<const ResultRow*>& baselines) {
  const auto has = [&](ErrorMeasure measure) { return error_of(attack.mean, measure).has_value(); };
  const auto comparable = [&](ErrorMeasure measure) { return best_baseline(baselines, measure) != nullptr; };
  if (!has(ErrorMeasure::circular_distance)) return ErrorMeasure::mse;
  if (!has(ErrorMeasure::mse)) return ErrorMeasure::circular_distance;
  return comparable(ErrorMeasure::circular_distance) && !comparable(ErrorMeasure::mse) ? ErrorMeasure::circular_distance
                                                                                       : ErrorMeasure::mse;
}

// Whether one example lies much closer to the truth than the baseline's: pairwise, or best against best.
bool one_example_is_clear(const Verdict& verdict) {
  const auto clear = [&](const Quality& ours, const Quality& theirs) {
    const auto error = error_of(ours, verdict.measure);
    const auto guess = error_of(theirs, verdict.measure);
    return error && guess && *error <= kClear * *guess && *error < *guess;
  };
  const auto& ours = verdict.attack->examples;
  const auto& theirs = verdict.baseline->examples;
  if (ours.empty() || ours.size() != theirs.size()) {
    const Quality& best = verdict.baseline->best;
    return clear(verdict.attack->best, error_of(best, verdict.measure) ? best : verdict.baseline->mean);
  }
  for (std::size_t i = 0; i < ours.size(); ++i)
    if (clear(ours[i], theirs[i])) return true;
  return false;
}

Leakage level_of(const Verdict& verdict) {
  if (!verdict.attack_error) return Leakage::unmeasured;
  if (!verdict.baseline_error) return Leakage::uncompared;
  // A control that does as well without the gradient shows that the gradient is not what gave it away.
  if (*verdict.baseline_error <= exact_up_to(verdict.measure)) return Leakage::none;
  if (verdict.exact == std::max<std::size_t>(verdict.examples, 1)) return Leakage::exact;
  if (verdict.exact > 0) return Leakage::some_exact;
  if (*verdict.attack_error <= kClear * *verdict.baseline_error) return Leakage::clear;
  if (*verdict.attack_error <= kPartial * *verdict.baseline_error || one_example_is_clear(verdict))
    return Leakage::partial;
  return Leakage::none;
}

std::size_t count_exact(const ResultRow& attack, ErrorMeasure measure) {
  const auto exact = [measure](const Quality& quality) {
    const auto error = error_of(quality, measure);
    return error && *error <= exact_up_to(measure);
  };
  if (attack.examples.empty()) return exact(attack.mean) ? 1 : 0;
  return static_cast<std::size_t>(std::count_if(attack.examples.begin(), attack.examples.end(), exact));
}

void judge_labels(Verdict& verdict, const std::vector<const ResultRow*>& baselines) {
  std::optional<double>& guess = verdict.baseline_label_accuracy;
  for (const ResultRow* row : baselines)
    if (const auto accuracy = known(row->label_accuracy)) guess = std::max(guess.value_or(*accuracy), *accuracy);
  const auto ours = known(verdict.attack->label_accuracy);
  verdict.labels_leak = ours && guess && *ours >= *guess + kLabelMargin;
}

Verdict judge_attack(const AuditCase& audit_case, const Scenario& scenario, const ResultRow& attack) {
  Verdict verdict;
  verdict.audit_case = &audit_case;
  verdict.scenario = scenario.name;
  verdict.attack = &attack;
  verdict.measure = measure_for(attack, scenario.baselines);
  verdict.baseline = best_baseline(scenario.baselines, verdict.measure);
  verdict.attack_error = error_of(attack.mean, verdict.measure);
  if (verdict.baseline) verdict.baseline_error = error_of(verdict.baseline->mean, verdict.measure);
  verdict.examples = attack.examples.size();
  verdict.exact = count_exact(attack, verdict.measure);
  verdict.leakage = level_of(verdict);
  judge_labels(verdict, scenario.baselines);
  return verdict;
}

bool leaks_more(const Verdict& left, const Verdict& right) {
  if (left.leakage != right.leakage) return left.leakage > right.leakage;
  return left.measure == right.measure && left.attack_error && right.attack_error &&
         *left.attack_error < *right.attack_error;
}

}  // namespace

const char* to_string(Leakage leakage) noexcept {
  switch (leakage) {
    case Leakage::unmeasured:
      return "not measured";
    case Leakage::uncompared:
      return "no baseline";
    case Leakage::none:
      return "no better than a guess";
    case Leakage::partial:
      return "partial leak";
    case Leakage::clear:
      return "clear leak";
    case Leakage::some_exact:
      return "some examples exact";
    case Leakage::exact:
      return "exact";
  }
  return "unknown";
}

Verdict judge(const AuditCase& audit_case, const Scenario& scenario) {
  Verdict worst;
  worst.audit_case = &audit_case;
  worst.scenario = scenario.name;
  for (const ResultRow* attack : scenario.attacks) {
    const Verdict verdict = judge_attack(audit_case, scenario, *attack);
    if (!worst.attack || leaks_more(verdict, worst)) worst = verdict;
  }
  return worst;
}

std::vector<Verdict> judge(const ReportData& data) {
  std::vector<Verdict> verdicts;
  for (const AuditCase& audit_case : data.cases)
    for (const Scenario& scenario : scenarios_of(audit_case))
      if (!scenario.attacks.empty()) verdicts.push_back(judge(audit_case, scenario));
  return verdicts;
}

}  // namespace tacit::attacks::report
