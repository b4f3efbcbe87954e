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

std::vector<std::string> summary_cells(const Verdict& verdict) {
  const AuditCase& audited = *verdict.audit_case;
  const Quality attack = verdict.attack ? verdict.attack->mean : Quality{};
  const Quality baseline = verdict.baseline ? verdict.baseline->mean : Quality{};
  const auto name = [](const ResultRow* row) { return row ? escape_html(row->name) : std::string(kAbsent); };
  return {escape_html(audited.name) + small("note", verdict.scenario),
          format_count(audited.parameter_count),
          format_percent(audited.final_test_accuracy),
          html_badge(verdict.leakage),
          name(verdict.attack),
          format_percent(verdict.attack ? verdict.attack->label_accuracy : std::nullopt),
          format_number(attack.mse),
          format_psnr(attack.psnr_db),
          format_number(attack.ssim),
          format_number(attack.circular_distance),
          name(verdict.baseline),
          format_number(baseline.mse),
          format_psnr(baseline.psnr_db),
          format_number(baseline.ssim),
          format_number(baseline.circular_distance)};
}

}  // namespace

std::string html_badge(Leakage leakage) {
  const char* tone = "";
  if (leakage >= Leakage::clear) tone = " bad";
  if (leakage == Leakage::partial) tone = " warn";
  if (leakage == Leakage::none) tone = " good";
  return fmt::format(R"(<span class="badge{}">{}</span>)", tone, to_string(leakage));
}

std::string html_summary_table(const ReportData& data, const std::vector<Verdict>& verdicts) {
  std::vector<HtmlColumn> columns = {{"Model", false},
                                     {"Parameters"},
                                     {"Test accuracy"},
                                     {"Finding", false},
                                     {"Attack", false},
                                     {"Labels"},
                                     {"MSE"},
                                     {"PSNR (dB)"},
                                     {"SSIM"},
                                     {"Circular (rad)"},
                                     {"Best baseline", false},
                                     {"its MSE"},
                                     {"its PSNR (dB)"},
                                     {"its SSIM"},
                                     {"its circular (rad)"}};
  constexpr std::size_t circular = 9;
  const bool angles = std::any_of(verdicts.begin(), verdicts.end(), [](const Verdict& verdict) {
    return verdict.attack && measured(verdict.attack->mean.circular_distance);
  });
  const auto without_angles = [&](auto cells) {
    if (angles) return cells;
    cells.pop_back();
    cells.erase(cells.begin() + circular);
    return cells;
  };
  HtmlTable table("Summary: one row for each scenario attacked", without_angles(columns));
  for (const Verdict& verdict : verdicts) table.add_row(without_angles(summary_cells(verdict)));
  for (const AuditCase& audit_case : data.cases) {
    if (!audit_case.attacks.empty()) continue;
    Verdict untouched;
    untouched.audit_case = &audit_case;
    untouched.scenario = "no attack was run";
    table.add_row(without_angles(summary_cells(untouched)));
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
