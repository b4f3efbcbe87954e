#include "attacks/report/console_table.h"

#include <algorithm>
#include <cmath>

#include "attacks/report/number_format.h"
#include "attacks/report/scenarios.h"
#include "attacks/report/text.h"
#include "attacks/report/text_table.h"
#include "attacks/report/verdict.h"

namespace tacit::attacks::report {
namespace {

constexpr unsigned kNarrowest = 80;

bool has_angles(const ReportData& data) {
  const auto has = [](const ResultRow& row) {
    return row.mean.circular_distance && !std::isnan(*row.mean.circular_distance);
  };
  return std::any_of(data.cases.begin(), data.cases.end(), [&](const AuditCase& audit_case) {
    return std::any_of(audit_case.attacks.begin(), audit_case.attacks.end(), has) ||
           std::any_of(audit_case.baselines.begin(), audit_case.baselines.end(), has);
  });
}

class AuditTable {
 public:
  explicit AuditTable(bool angles) : angles_(angles), table_(columns(angles)) {}

  void add_case(const AuditCase& audit_case) {
    case_cells_ = {audit_case.name, format_count(audit_case.parameter_count),
                   format_percent(audit_case.final_test_accuracy)};
    const std::vector<Scenario> scenarios = scenarios_of(audit_case);
    if (scenarios.empty()) add_heading("no attack was run");
    for (const Scenario& scenario : scenarios) {
      add_heading(scenario.name);
      for (const ResultRow* row : scenario.attacks) add_result("  " + row->name, numbers(*row));
      for (const ResultRow* row : scenario.baselines) add_result("  · " + row->name, numbers(*row));
    }
  }

  void add_rule() { table_.add_rule(); }
  std::string str(unsigned width) const { return table_.str(width); }

 private:
  static std::vector<TextTable::Column> columns(bool angles) {
    std::vector<TextTable::Column> columns = {{"Model", false, true},  {"Params", true}, {"Test acc.", true},
                                              {"Attack", false, true}, {"Labels", true}, {"MSE", true},
                                              {"PSNR dB", true},       {"SSIM", true}};
    if (angles) columns.push_back({"Circ. rad", true});
    return columns;
  }

  std::vector<std::string> numbers(const ResultRow& row) const {
    std::vector<std::string> cells = {format_percent(row.label_accuracy), format_number(row.mean.mse),
                                      format_psnr(row.mean.psnr_db), format_number(row.mean.ssim)};
    if (angles_) cells.push_back(format_number(row.mean.circular_distance));
    return cells;
  }

  // The case stands only in its first row.
  std::vector<std::string> row_start(const std::string& name) {
    std::vector<std::string> cells = std::exchange(case_cells_, {"", "", ""});
    cells.push_back(name);
    return cells;
  }

  void add_heading(const std::string& words) { table_.add_spanning_row(row_start(words)); }

  void add_result(const std::string& name, const std::vector<std::string>& measures) {
    std::vector<std::string> cells = row_start(name);
    cells.insert(cells.end(), measures.begin(), measures.end());
    table_.add_row(std::move(cells));
  }

  bool angles_;
  TextTable table_;
  std::vector<std::string> case_cells_;
};

std::string verdict_lines(const ReportData& data, unsigned width) {
  std::string text;
  const auto print = [&](const std::string& sentence, const char* first, const char* next) {
    const char* prefix = first;
    for (const std::string& line : wrap_text(clean_line(sentence), width - 2)) {
      text += prefix + line + "\n";
      prefix = next;
    }
  };
  print(verdict_overview(data), "", "");
  for (const Verdict& verdict : judge(data)) print(verdict_sentence(verdict), "- ", "  ");
  return text;
}

}  // namespace

std::string render_table(const ReportData& data, unsigned width) {
  width = std::max(width, kNarrowest);
  AuditTable table(has_angles(data));
  for (std::size_t i = 0; i < data.cases.size(); ++i) {
    if (i > 0) table.add_rule();
    table.add_case(data.cases[i]);
  }
  return table.str(width) + "· baseline: a guess without the gradient\n\n" + verdict_lines(data, width);
}

}  // namespace tacit::attacks::report
