#include "attacks/rows/summary_tables.h"

#include <fmt/format.h>

#include <algorithm>

#include "attacks/report/csv.h"
#include "attacks/report/number_format.h"
#include "attacks/report/text_table.h"

namespace tacit::attacks {
namespace {

/// One line of CSV that grows from left to right.
class Line {
 public:
  Line& text(std::string_view field) {
    text_ += (first_ ? "" : ",") + report::csv_field(field);
    first_ = false;
    return *this;
  }
  Line& count(std::size_t value) { return text(fmt::format("{}", value)); }
  Line& number(const std::optional<double>& value) { return text(value ? fmt::format("{}", *value) : ""); }
  Line& estimate(const std::optional<Estimate>& of) {
    if (!of) return text("").text("").text("");
    return number(of->value).number(of->interval.low).number(of->interval.high);
  }
  Line& estimate_header(std::string_view name) {
    return text(name).text(fmt::format("{}_low", name)).text(fmt::format("{}_high", name));
  }
  std::string str() const { return text_ + "\n"; }

 private:
  std::string text_;
  bool first_ = true;
};

constexpr const char* estimates[] = {
    "recovered_share", "mse",        "largest_error",          "psnr_db",          "registered_psnr_db", "ssim",
    "label_accuracy",  "identified", "identified_by_features", "feature_accuracy", "run_success"};

std::string header_of(const std::vector<std::string>& axes) {
  Line line;
  for (const std::string& axis : axes) line.text(axis);
  for (const char* name : {"test_accuracy", "attack", "seen", "observations", "refused", "examples", "recovered",
                           "close", "ambiguous", "stuck", "diverged"})
    line.text(name);
  for (const char* name : estimates) line.estimate_header(name);
  for (const char* name : {"runs", "iterations", "evaluations", "seconds", "runs_per_success",
                           "evaluations_per_success", "seconds_per_success", "note"})
    line.text(name);
  return line.str();
}

std::string line_of(const CellSummary& cell) {
  Line line;
  for (const std::string& value : cell.setting) line.text(value);
  line.number(cell.test_accuracy).text(cell.attack).text(to_string(cell.seen));
  line.count(cell.observations).count(cell.refused).count(cell.examples);
  for (const std::size_t count : cell.outcomes) line.count(count);
  line.count(cell.diverged).estimate(cell.recovered);
  for (const auto& estimate :
       {cell.mse, cell.largest_error, cell.psnr_db, cell.registered_psnr_db, cell.ssim, cell.label_accuracy,
        cell.identified, cell.identified_by_features, cell.feature_accuracy, cell.run_success})
    line.estimate(estimate);
  line.count(cell.runs).count(cell.iterations).count(cell.evaluations).number(cell.seconds);
  line.number(cell.runs_per_success).number(cell.evaluations_per_success).number(cell.seconds_per_success);
  return line.text(cell.note).str();
}

std::optional<double> value_of(const std::optional<Estimate>& estimate) {
  return estimate ? std::optional(estimate->value) : std::nullopt;
}

std::string decibels_of(const CellSummary& cell) {
  const auto value = value_of(cell.registered_psnr_db ? cell.registered_psnr_db : cell.psnr_db);
  return report::format_number(value);
}

std::string percent_interval(const Interval& interval) {
  return fmt::format("{:.0f} to {:.0f}%", 100 * interval.low, 100 * interval.high);
}

std::vector<std::string> cells_of(const CellSummary& cell, bool table) {
  const bool guess = cell.seen == Seen::nothing;
  std::vector<std::string> cells{fmt::format("{}/{}", cell.count(Outcome::recovered), cell.examples),
                                 percent_interval(cell.recovered.interval),
                                 fmt::format("{}/{}/{}", cell.count(Outcome::close),
                                             guess ? 0 : cell.count(Outcome::ambiguous), cell.count(Outcome::stuck)),
                                 report::format_percent(value_of(cell.label_accuracy)),
                                 report::format_number(value_of(cell.mse)),
                                 decibels_of(cell),
                                 report::format_percent(value_of(cell.identified)),
                                 report::format_number(cell.evaluations_per_success),
                                 report::format_seconds(cell.seconds_per_success)};
  if (table) cells.insert(cells.end() - 3, report::format_percent(value_of(cell.feature_accuracy)));
  return cells;
}

}  // namespace

std::string attack_words(const CellSummary& summary) {
  return summary.seen == Seen::noise ? summary.attack + " on noise" : summary.attack;
}

std::vector<std::size_t> varying_axes(const std::vector<std::string>& axes, const std::vector<CellSummary>& summaries) {
  std::vector<std::size_t> varying;
  for (std::size_t axis = 0; axis < axes.size(); ++axis)
    if (std::any_of(summaries.begin(), summaries.end(),
                    [&](const CellSummary& cell) { return cell.setting[axis] != summaries.front().setting[axis]; }))
      varying.push_back(axis);
  return varying;
}

std::string summaries_csv(const std::vector<std::string>& axes, const std::vector<CellSummary>& summaries) {
  std::string text = header_of(axes);
  for (const CellSummary& cell : summaries) text += line_of(cell);
  return text;
}

std::string summaries_text(const std::vector<std::string>& axes, const std::vector<CellSummary>& summaries,
                           unsigned width) {
  if (summaries.empty()) return "No rows.\n";
  const std::vector<std::size_t> varying = varying_axes(axes, summaries);
  std::string fixed;
  for (std::size_t axis = 0; axis < axes.size(); ++axis)
    if (std::find(varying.begin(), varying.end(), axis) == varying.end())
      fixed += fmt::format("{} = {}\n", axes[axis], summaries.front().setting[axis]);
  std::vector<report::TextTable::Column> columns;
  for (const std::size_t axis : varying) columns.push_back({axes[axis].substr(axes[axis].rfind('.') + 1), false, true});
  columns.push_back({"attack", false, true});
  const bool trained = summaries.front().test_accuracy.has_value();
  if (trained) columns.push_back({"accuracy", true, false});
  const bool of_tables =
      std::ranges::any_of(summaries, [](const auto& cell) { return cell.feature_accuracy.has_value(); });
  for (const char* title :
       {"recov.", "95%", "c/a/s", "labels", "MSE", "PSNR", "entries", "ident.", "grad./rec.", "time/rec."})
    if (of_tables || std::string_view(title) != "entries") columns.push_back({title, true, false});
  report::TextTable table(columns);
  for (std::size_t i = 0; i < summaries.size(); ++i) {
    const CellSummary& cell = summaries[i];
    if (i > 0 && cell.setting != summaries[i - 1].setting) table.add_rule();
    std::vector<std::string> row;
    for (const std::size_t axis : varying) row.push_back(cell.setting[axis]);
    const std::string name = (cell.seen == Seen::update ? "" : "· ") + attack_words(cell);
    if (!cell.ran()) {
      row.push_back(name + " not run: " + cell.note);
      table.add_spanning_row(std::move(row));
      continue;
    }
    row.push_back(name);
    if (trained) row.push_back(report::format_percent(cell.test_accuracy));
    for (std::string& value : cells_of(cell, of_tables)) row.push_back(std::move(value));
    table.add_row(std::move(row));
  }
  return fixed + table.str(width) +
         "recov.: examples recovered; c/a/s: close, ambiguous, stuck; PSNR after registration where there are images;\n"
         "ident.: nearest of its class; grad./rec., time/rec.: gradients and time spent for each example recovered.\n" +
         (of_tables ? "entries: right ones of a table: the category, or the number within 0.319 deviations.\n" : "");
}

}  // namespace tacit::attacks
