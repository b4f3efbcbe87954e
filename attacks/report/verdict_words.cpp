#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "attacks/report/number_format.h"
#include "attacks/report/verdict.h"

namespace tacit::attacks::report {
namespace {

// The error of an attack beside the baseline's, in the measure that both have.
std::string comparison(const Verdict& verdict) {
  const char* measure = verdict.measure == ErrorMeasure::mse ? "mean MSE" : "mean circular distance";
  const std::string text = fmt::format("{} {}", measure, format_number(verdict.attack_error));
  if (!verdict.baseline) return text;
  return fmt::format("{}; best baseline, {}: {}", text, verdict.baseline->name, format_number(verdict.baseline_error));
}

std::string of_examples(const Verdict& verdict) {
  if (verdict.examples == 0) return "the examples";
  return fmt::format("{} of {} examples", verdict.exact, verdict.examples);
}

std::string finding(const Verdict& verdict) {
  const std::string& attack = verdict.attack->name;
  switch (verdict.leakage) {
    case Leakage::exact:
    case Leakage::some_exact:
      return fmt::format("{} reconstructs {} exactly", attack, of_examples(verdict));
    case Leakage::clear:
      return fmt::format("{} comes clearly closer to the examples than any guess, none of them exact", attack);
    case Leakage::partial:
      return fmt::format("{} reveals the examples in part", attack);
    case Leakage::none:
      return fmt::format("{} does no better than a guess without the gradient", attack);
    case Leakage::uncompared:
      return fmt::format("{} cannot be judged, because no baseline was measured", attack);
    case Leakage::unmeasured:
      return fmt::format("{} gave no measurable reconstruction", attack);
  }
  return attack;
}

std::string labels(const Verdict& verdict) {
  const auto known = [](const std::optional<double>& fraction) { return fraction && std::isfinite(*fraction); };
  if (!known(verdict.attack->label_accuracy)) return "";
  const std::string text = " Labels recovered: " + format_percent(verdict.attack->label_accuracy);
  if (!known(verdict.baseline_label_accuracy)) return text + ".";
  return fmt::format("{}, against {} without the gradient.", text, format_percent(verdict.baseline_label_accuracy));
}

std::string overview(const std::vector<Verdict>& verdicts) {
  constexpr std::array groups = {
      std::pair{Leakage::exact, "every example is reconstructed exactly"},
      std::pair{Leakage::some_exact, "some examples are reconstructed exactly"},
      std::pair{Leakage::clear, "the examples are clearly revealed"},
      std::pair{Leakage::partial, "the examples are revealed in part"},
      std::pair{Leakage::none, "no attack beats a guess that saw no gradient"},
      std::pair{Leakage::uncompared, "there is no baseline to compare with"},
      std::pair{Leakage::unmeasured, "nothing could be measured"},
  };
  std::string text;
  for (const auto& [leakage, words] : groups) {
    const auto count = std::count_if(verdicts.begin(), verdicts.end(),
                                     [wanted = leakage](const Verdict& verdict) { return verdict.leakage == wanted; });
    if (count > 0) text += fmt::format("{}in {} {}", text.empty() ? "" : "; ", count, words);
  }
  const auto labels =
      std::count_if(verdicts.begin(), verdicts.end(), [](const Verdict& verdict) { return verdict.labels_leak; });
  if (labels > 0) text += fmt::format(". Labels leak in {}", labels);
  return fmt::format("Of {} scenario{} attacked, {}.", verdicts.size(), verdicts.size() == 1 ? "" : "s", text);
}

}  // namespace

std::string verdict_sentence(const Verdict& verdict) {
  const std::string place = fmt::format("{}, {}: ", verdict.audit_case->name, verdict.scenario);
  if (!verdict.attack) return place + "no attack was run.";
  if (verdict.leakage == Leakage::unmeasured) return place + finding(verdict) + "." + labels(verdict);
  return fmt::format("{}{} ({}).{}", place, finding(verdict), comparison(verdict), labels(verdict));
}

std::string verdict_overview(const ReportData& data) {
  const std::vector<Verdict> verdicts = judge(data);
  if (verdicts.empty()) return "No attack was run, so nothing can be said about what this training gives away.";
  return overview(verdicts);
}

std::string verdict_paragraph(const ReportData& data) {
  std::string text = verdict_overview(data);
  for (const Verdict& verdict : judge(data)) text += " " + verdict_sentence(verdict);
  return text;
}

std::string verdict_rule() {
  return "In each scenario the attack that leaks most is compared with the best baseline, the guess without the "
         "gradient "
         "that has the smallest mean error (MSE, or the circular distance where only that was measured). An example is "
         "exact when its MSE is at most 1e-6, less than rounding to 8-bit pixels costs, or its circular distance at "
         "most "
         "0.001 rad. A leak is clear when the attack's mean error is at most a quarter of the best baseline's (6 dB), "
         "and "
         "partial when it is at most nine tenths of it, or when a single example is at most a quarter. Anything else "
         "is "
         "no better than a guess, and so is everything that a baseline reconstructs exactly too. "
         "Labels leak when the attack names at least ten percentage points more of them than any baseline.";
}

}  // namespace tacit::attacks::report
