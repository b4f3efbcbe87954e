#include "evaluation/sweep/cost_table.h"

#include <fmt/format.h>

#include <optional>

#include "attacks/report/html_markup.h"
#include "attacks/report/number_format.h"
#include "attacks/rows/summary_tables.h"
#include "evaluation/sweep/sweep_charts.h"

namespace tacit::evaluation {
namespace {

namespace report = attacks::report;
using attacks::CellSummary;
using attacks::Estimate;

/// A measure by the attack that got most.
class Most {
 public:
  void see(const std::optional<Estimate>& estimate, const CellSummary& cell) {
    if (estimate && (!value_ || estimate->value > value_->value)) value_ = estimate, attack_ = cell.attack;
  }
  std::string share() const {
    if (!value_) return report::kAbsent;
    return noted(fmt::format("{:.0f}%", 100 * value_->value),
                 fmt::format("{:.0f} to {:.0f}%", 100 * value_->interval.low, 100 * value_->interval.high));
  }
  std::string decibels() const {
    if (!value_) return report::kAbsent;
    return noted(report::format_psnr(value_->value), fmt::format("{} to {}", report::format_psnr(value_->interval.low),
                                                                 report::format_psnr(value_->interval.high)));
  }

 private:
  std::string noted(const std::string& value, const std::string& interval) const {
    return fmt::format("{}<span class=\"note\">{}, {}</span>", report::escape_html(value),
                       report::escape_html(interval), report::escape_html(attack_));
  }
  std::optional<Estimate> value_;
  std::string attack_;
};

struct Row {
  const CellSummary* any = nullptr;
  Most recovered, identified, decibels;
};

}  // namespace

std::string cost_table(const std::vector<std::string>& axes, const std::vector<CellSummary>& summaries) {
  std::vector<Row> rows;
  for (const CellSummary& cell : summaries) {
    if (cell.seen != attacks::Seen::update || !cell.ran() || !cell.test_accuracy) continue;
    if (rows.empty() || rows.back().any->setting != cell.setting) rows.push_back({&cell, {}, {}, {}});
    rows.back().recovered.see(cell.recovered, cell);
    rows.back().identified.see(cell.identified, cell);
    rows.back().decibels.see(cell.registered_psnr_db ? cell.registered_psnr_db : cell.psnr_db, cell);
  }
  if (rows.size() < 2) return "";
  const std::vector<std::size_t> varying = attacks::varying_axes(axes, summaries);
  report::HtmlTable table("What each setting costs and saves",
                          {{"Setting", false}, {"Test accuracy"}, {"Recovered"}, {"Identified"}, {"PSNR, dB"}});
  for (const Row& row : rows)
    table.add_row({report::escape_html(setting_words(axes, varying, row.any->setting)),
                   report::format_percent(row.any->test_accuracy), row.recovered.share(), row.identified.share(),
                   row.decibels.decibels()});
  return "<section id=\"costs\"><h2>What it costs and what it saves</h2><p class=\"muted\">Each figure by the attack "
         "that got most, which the small print names, with 95 % intervals.</p>" +
         table.str() + "</section>\n";
}

}  // namespace tacit::evaluation
