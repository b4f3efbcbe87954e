#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "attacks/report/report_data.h"
#include "attacks/report/scenarios.h"

namespace tacit::attacks::report {

/// How much one scenario gives away, in rising order. verdict_rule() states the rule in words.
enum class Leakage {
  unmeasured,  ///< no attack has an error to judge by
  uncompared,  ///< no baseline measured the same error
  none,        ///< no better than a guess that saw no gradient
  partial,     ///< better than the best guess, or one example much better
  clear,       ///< a quarter of the best guess's error or less
  some_exact,  ///< at least one example to the last visible digit
  exact,       ///< every example to the last visible digit
};

/// "exact", "some examples exact", "clear leak", "partial leak", "no better than a guess", "no baseline", "not
/// measured".
const char* to_string(Leakage leakage) noexcept;

/// Which error a verdict compares.
enum class ErrorMeasure { mse, circular_distance };

/// The judgement on one scenario of one case. The pointers lead into the data judged, which must outlive it.
struct Verdict {
  const AuditCase* audit_case = nullptr;
  std::string scenario;
  Leakage leakage = Leakage::unmeasured;
  const ResultRow* attack = nullptr;    ///< the one that leaks most; null if there is none
  const ResultRow* baseline = nullptr;  ///< the best comparable one; null if there is none
  ErrorMeasure measure = ErrorMeasure::mse;
  std::optional<double> attack_error;             ///< mean over the examples, in `measure`
  std::optional<double> baseline_error;           ///< likewise
  std::optional<double> baseline_label_accuracy;  ///< the highest of the scenario's baselines, fraction
  bool labels_leak = false;                       ///< the attack names clearly more labels than any baseline
  std::size_t exact = 0;                          ///< examples reconstructed exactly
  std::size_t examples = 0;                       ///< examples judged one by one; 0 if the row has only a mean
};

/// One verdict for each scenario that has an attack, in the order of the report.
std::vector<Verdict> judge(const ReportData& data);
Verdict judge(const AuditCase& audit_case, const Scenario& scenario);

/// One sentence with the numbers it rests on.
std::string verdict_sentence(const Verdict& verdict);
/// One sentence on the whole report: how many scenarios leak how much.
std::string verdict_overview(const ReportData& data);
/// The whole report in one paragraph: the overview, then each scenario in its sentence.
std::string verdict_paragraph(const ReportData& data);
/// The rule by which the verdicts are derived.
std::string verdict_rule();

}  // namespace tacit::attacks::report
