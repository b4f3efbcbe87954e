#include "evaluation/sweep/findings.h"

#include <fmt/format.h>

#include <algorithm>

#include "attacks/report/number_format.h"
#include "attacks/rows/summary_tables.h"

namespace tacit::evaluation {
namespace {

using attacks::CellSummary;
using attacks::Outcome;
using attacks::Seen;

bool controls(const CellSummary& control, const CellSummary& attack) {
  return control.seen == Seen::nothing || (control.seen == Seen::noise && control.attack == attack.attack);
}

struct Judged {
  Leak leak;
  const CellSummary* control;
};

Judged judge(const CellSummary& attack, const std::vector<const CellSummary*>& cells) {
  const CellSummary* best = nullptr;
  double most = 0;
  bool below_all = attack.mse.has_value();
  for (const CellSummary* cell : cells) {
    if (!controls(*cell, attack) || !cell->ran()) continue;
    most = std::max(most, cell->recovered.value);
    if (!cell->mse) continue;
    if (best == nullptr || cell->mse->value < best->mse->value) best = cell;
    below_all = below_all && attack.mse->interval.high < cell->mse->interval.low;
  }
  if (!attack.ran()) return {Leak::not_measured, best};
  if (attack.recovered.interval.low > most) return {Leak::recovered, best};
  return {below_all && best != nullptr ? Leak::partial : Leak::none_shown, best};
}

std::string share_words(const CellSummary& cell) {
  return fmt::format("{} of {} ({:.0f} to {:.0f}%)", cell.count(Outcome::recovered), cell.examples,
                     100 * cell.recovered.interval.low, 100 * cell.recovered.interval.high);
}

std::string sentence_of(const Finding& finding) {
  if (finding.attack == nullptr || finding.leak == Leak::not_measured) return "no attack applied.";
  const CellSummary& attack = *finding.attack;
  std::string words = fmt::format("{} recovered {}", attack.attack, share_words(attack));
  if (const std::size_t ambiguous = attack.count(Outcome::ambiguous); ambiguous > 0)
    words += fmt::format("; {} ended in other inputs that fit as well", ambiguous);
  if (attack.mse && finding.control != nullptr)
    words += fmt::format("; mean squared error {} against {} of the best control ({})",
                         attacks::report::format_number(attack.mse->value),
                         attacks::report::format_number(finding.control->mse->value),
                         attacks::attack_words(*finding.control));
  return words + ".";
}

}  // namespace

std::vector<Finding> findings_of(const std::vector<CellSummary>& summaries) {
  std::vector<std::vector<const CellSummary*>> settings;
  for (const CellSummary& cell : summaries) {
    if (settings.empty() || settings.back().front()->setting != cell.setting) settings.emplace_back();
    settings.back().push_back(&cell);
  }
  std::vector<Finding> findings;
  for (const auto& cells : settings) {
    Finding finding;
    finding.setting = cells.front()->setting;
    for (const CellSummary* cell : cells) {
      if (cell->seen != Seen::update) continue;
      const Judged judged = judge(*cell, cells);
      const auto worse = [&] {
        if (finding.attack == nullptr || judged.leak != finding.leak)
          return finding.attack == nullptr || judged.leak > finding.leak;
        if (cell->recovered.value != finding.attack->recovered.value)
          return cell->recovered.value > finding.attack->recovered.value;
        return cell->mse && finding.attack->mse && cell->mse->value < finding.attack->mse->value;
      };
      if (worse()) finding.leak = judged.leak, finding.attack = cell, finding.control = judged.control;
    }
    finding.sentence = sentence_of(finding);
    findings.push_back(std::move(finding));
  }
  return findings;
}

std::string findings_rule() {
  return "Recovered: the lower end of the 95 % interval of the share that an attack recovered lies above what every "
         "control recovered, that is grey and mean guesses and the same attack on noise. Partial: its mean squared "
         "error "
         "lies below that of every control, intervals apart. Otherwise nothing was shown, by these attacks with this "
         "effort: that is no proof of safety.";
}

}  // namespace tacit::evaluation
