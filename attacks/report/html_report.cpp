#include "attacks/report/html_report.h"

#include <fmt/core.h>

#include "attacks/report/html_case.h"
#include "attacks/report/html_markup.h"
#include "attacks/report/html_reading.h"
#include "attacks/report/html_style.h"
#include "attacks/report/html_tables.h"
#include "attacks/report/line_chart.h"
#include "attacks/report/verdict.h"

namespace tacit::attacks::report {
namespace {

std::string head(const ReportData& data) {
  return fmt::format(R"(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<title>{}</title>
<style>{}</style>
</head>
)",
                     escape_html(data.title), html_style());
}

std::string navigation(const ReportData& data) {
  std::string html = R"(<nav aria-label="Sections"><ul><li><a href="#verdict">Verdict</a></li>)"
                     R"(<li><a href="#summary">Summary</a></li>)";
  for (std::size_t i = 0; i < data.cases.size(); ++i)
    html += fmt::format(R"(<li><a href="#case-{}">{}</a></li>)", i + 1, escape_html(data.cases[i].name));
  return html + R"(<li><a href="#reading">How to read the numbers</a></li>)"
                R"(<li><a href="#configuration">Configuration</a></li></ul></nav>)";
}

std::string page_header(const ReportData& data) {
  return fmt::format("<header><h1>{}</h1><p class=\"muted\">{}{}{}</p>{}</header>\n", escape_html(data.title),
                     escape_html(data.when), data.when.empty() || data.software_version.empty() ? "" : " · ",
                     escape_html(data.software_version), navigation(data));
}

std::string verdict_section(const std::vector<Verdict>& verdicts, const ReportData& data) {
  std::string findings;
  for (const Verdict& verdict : verdicts)
    findings += fmt::format("<li>{}{}</li>\n", html_badges(verdict), escape_html(verdict_sentence(verdict)));
  if (!findings.empty()) findings = "<ul class=\"findings\">" + findings + "</ul>";
  return fmt::format(
      "<section id=\"verdict\"><h2>Verdict</h2><p class=\"verdict\">{}</p>{}"
      "<p class=\"note rule\">The rule: {}</p></section>\n",
      escape_html(verdict_overview(data)), findings, escape_html(verdict_rule()));
}

// With several models their accuracies share one chart; a single model's curve stands in its own section.
std::string accuracy_chart(const ReportData& data) {
  LineChart chart{"Test accuracy of the global model", "round", "test accuracy", {}, true};
  for (const AuditCase& audit_case : data.cases)
    if (Series series = accuracy_series(audit_case); !series.points.empty()) chart.series.push_back(std::move(series));
  if (chart.series.size() < 2) return "";
  return "<div class=\"charts\">" + render_line_chart(chart) + "</div>";
}

std::string configuration_section(const ReportData& data) {
  std::string digests;
  for (const AuditCase& audit_case : data.cases)
    if (!audit_case.model_sha256.empty())
      digests += fmt::format("<dt>{}</dt><dd><code>{}</code></dd>", escape_html(audit_case.name),
                             escape_html(audit_case.model_sha256));
  if (!digests.empty()) digests = "<h3>SHA-256 of the final models</h3><dl class=\"reading\">" + digests + "</dl>";
  const std::string text = data.configuration.empty() ? "<p class=\"muted\">No configuration was recorded.</p>"
                                                      : fmt::format(
                                                            "<details><summary>Show the configuration of "
                                                            "this audit</summary><pre>{}</pre></details>",
                                                            escape_html(data.configuration));
  return "<section id=\"configuration\"><h2>Configuration</h2>" + text + digests + "</section>\n";
}

}  // namespace

std::string render_html(const ReportData& data) {
  const std::vector<Verdict> verdicts = judge(data);
  std::string html = head(data) + "<body>\n" + page_header(data) + "<main>\n" + verdict_section(verdicts, data);
  html += "<section id=\"summary\"><h2>Summary</h2>" + html_summary_table(data, verdicts) + accuracy_chart(data) +
          "</section>\n";
  for (std::size_t i = 0; i < data.cases.size(); ++i) html += html_case(data.cases[i], fmt::format("case-{}", i + 1));
  html += html_reading() + configuration_section(data) + "</main>\n";
  return html + fmt::format("<footer><p>{}</p></footer>\n</body>\n</html>\n", escape_html(data.software_version));
}

}  // namespace tacit::attacks::report
