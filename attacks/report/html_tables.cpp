#include "attacks/report/html_tables.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "attacks/report/html_markup.h"
#include "attacks/report/number_format.h"

namespace tacit::attacks::report {
namespace {

std::string small(const char* css_class, const std::string& text) {
  return text.empty() ? "" : fmt::format(R"(<span class="{}">{}</span>)", css_class, escape_html(text));
}

bool measured(const std::optional<double>& value) {
  return value && !std::isnan(*value);
}

// An optional column of the attack table: its title and what a row says there.
struct ResultColumn {
  std::string title;
  bool always;
  std::function<bool(const ResultRow&)> filled;
  std::function<std::string(const ResultRow&)> cell;
};

std::string best_example(const ResultRow& row) {
  if (measured(row.best.mse) || measured(row.best.psnr_db))
    return fmt::format(R"({}<span class="note">{}</span>)", format_number(row.best.mse),
                       measured(row.best.psnr_db) ? escape_html(format_psnr(row.best.psnr_db)) +
                                                        (std::isfinite(*row.best.psnr_db) ? " dB" : "")
                                                  : "");
  return measured(row.best.circular_distance) ? format_number(row.best.circular_distance) + " rad" : kAbsent;
}

std::vector<ResultColumn> result_columns() {
  const auto yes = [](const ResultRow&) { return true; };
  return {
      {"Labels ↑", true, yes, [](const ResultRow& row) { return format_percent(row.label_accuracy); }},
      {"MSE ↓", true, yes, [](const ResultRow& row) { return format_number(row.mean.mse); }},
      {"PSNR (dB) ↑", true, yes, [](const ResultRow& row) { return format_psnr(row.mean.psnr_db); }},
      {"SSIM ↑", true, yes, [](const ResultRow& row) { return format_number(row.mean.ssim); }},
      {"Circular distance (rad) ↓", false, [](const ResultRow& row) { return measured(row.mean.circular_distance); },
       [](const ResultRow& row) { return format_number(row.mean.circular_distance); }},
      {"Best example", false, [](const ResultRow& row) { return best_example(row) != kAbsent; }, best_example},
      {"Restarts", false, [](const ResultRow& row) { return row.restarts.has_value(); },
       [](const ResultRow& row) { return format_count(row.restarts); }},
      {"Iterations", false, [](const ResultRow& row) { return row.iterations.has_value(); },
       [](const ResultRow& row) { return format_count(row.iterations); }},
      {"Time", false, [](const ResultRow& row) { return measured(row.seconds); },
       [](const ResultRow& row) { return format_seconds(row.seconds); }},
  };
}

std::vector<ResultColumn> columns_for(const AuditCase& audit_case) {
  std::vector<ResultColumn> columns = result_columns();
  std::erase_if(columns, [&](const ResultColumn& column) {
    const auto filled = [&](const std::vector<ResultRow>& rows) {
      return std::any_of(rows.begin(), rows.end(), column.filled);
    };
    return !column.always && !filled(audit_case.attacks) && !filled(audit_case.baselines);
  });
  return columns;
}

void add_result(HtmlTable& table, const std::vector<ResultColumn>& columns, const ResultRow& row, bool baseline) {
  const std::string role = baseline ? small("source", row.source.empty() ? "baseline" : row.source + ", baseline")
                                    : small("source", row.source);
  std::vector<std::string> cells = {escape_html(row.name) + role + small("note", row.note)};
  for (const ResultColumn& column : columns) cells.push_back(column.cell(row));
  table.add_row(cells, baseline ? "baseline" : "");
}

// The attack's value above the baseline's.
std::string beside(const std::string& attack, const std::string& baseline) {
  return baseline == kAbsent ? attack : attack + small("note", "vs " + baseline);
}

std::vector<std::string> summary_cells(const Verdict& verdict, bool angles) {
  const AuditCase& audited = *verdict.audit_case;
  const ResultRow none;
  const ResultRow& attack = verdict.attack ? *verdict.attack : none;
  const ResultRow& baseline = verdict.baseline ? *verdict.baseline : none;
  const bool compared = verdict.baseline != nullptr;
  const auto cell = [](auto format, const auto& ours, const auto& theirs) {
    return beside(format(ours), format(theirs));
  };
  std::vector<std::string> cells = {
      escape_html(audited.name) + small("note", verdict.scenario),
      format_count(audited.parameter_count),
      format_percent(audited.final_test_accuracy),
      html_badges(verdict),
      verdict.attack ? escape_html(attack.name) + (compared ? small("note", "against " + baseline.name) : "") : kAbsent,
      cell(format_percent, attack.label_accuracy, verdict.baseline_label_accuracy),
      cell(format_number, attack.mean.mse, baseline.mean.mse),
      cell(format_psnr, attack.mean.psnr_db, baseline.mean.psnr_db),
      cell(format_number, attack.mean.ssim, baseline.mean.ssim)};
  if (angles) cells.push_back(cell(format_number, attack.mean.circular_distance, baseline.mean.circular_distance));
  return cells;
}

}  // namespace

std::string html_badges(const Verdict& verdict) {
  const char* tone = "";
  if (verdict.leakage >= Leakage::clear) tone = " bad";
  if (verdict.leakage == Leakage::partial) tone = " warn";
  if (verdict.leakage == Leakage::none && !verdict.labels_leak) tone = " good";
  const std::string badge = fmt::format(R"(<span class="badge{}">{}</span> )", tone, to_string(verdict.leakage));
  return verdict.labels_leak ? badge + R"(<span class="badge warn">labels leak</span> )" : badge;
}

std::string html_summary_table(const ReportData& data, const std::vector<Verdict>& verdicts) {
  std::vector<HtmlColumn> columns = {{"Model and scenario", false},
                                     {"Parameters"},
                                     {"Test accuracy"},
                                     {"Finding", false},
                                     {"Attack", false},
                                     {"Labels"},
                                     {"MSE"},
                                     {"PSNR (dB)"},
                                     {"SSIM"}};
  const bool angles = std::any_of(verdicts.begin(), verdicts.end(), [](const Verdict& verdict) {
    return verdict.attack && measured(verdict.attack->mean.circular_distance);
  });
  if (angles) columns.push_back({"Circular distance (rad)"});
  HtmlTable table("Summary: one row for each scenario attacked", columns);
  for (const Verdict& verdict : verdicts) table.add_row(summary_cells(verdict, angles));
  for (const AuditCase& audit_case : data.cases) {
    if (!audit_case.attacks.empty()) continue;
    Verdict untouched;
    untouched.audit_case = &audit_case;
    untouched.scenario = "no attack was run";
    table.add_row(summary_cells(untouched, angles));
  }
  return table.str();
}

std::string html_threat_table(const ThreatModel& threat_model) {
  HtmlTable table("What the attacker knows", {{"Information", false}, {"Known", false}, {"Note", false}});
  for (const KnowledgeRow& row : threat_model.knowledge)
    table.add_row({escape_html(row.name),
                   row.known ? R"(<span class="badge warn">known</span>)" : R"(<span class="badge">hidden</span>)",
                   row.note.empty() ? kAbsent : escape_html(row.note)});
  return table.str();
}

std::string html_attack_table(const AuditCase& audit_case) {
  const std::vector<ResultColumn> columns = columns_for(audit_case);
  std::vector<HtmlColumn> titles = {{"Attack or baseline", false}};
  for (const ResultColumn& column : columns) titles.push_back({column.title, true});
  HtmlTable table("Attacks and baselines of " + audit_case.name, titles);
  for (const Scenario& scenario : scenarios_of(audit_case)) {
    table.add_group(scenario.name.empty() ? "scenario not named" : scenario.name);
    for (const ResultRow* row : scenario.attacks) add_result(table, columns, *row, false);
    for (const ResultRow* row : scenario.baselines) add_result(table, columns, *row, true);
  }
  return table.str();
}

}  // namespace tacit::attacks::report
