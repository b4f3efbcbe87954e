#include "attacks/report/html_case.h"

#include <fmt/core.h>

#include "attacks/report/html_markup.h"
#include "attacks/report/html_pictures.h"
#include "attacks/report/html_tables.h"
#include "attacks/report/number_format.h"

namespace tacit::attacks::report {
namespace {

Series loss_series(const AuditCase& audit_case) {
  Series series{audit_case.name, {}};
  for (const CurvePoint& point : audit_case.curve)
    if (point.test_loss) series.points.emplace_back(point.round, *point.test_loss);
  return series;
}

std::string privacy_spent(const AuditCase& audit_case) {
  if (!audit_case.epsilon) return "none";
  const std::string delta = audit_case.delta ? ", δ = " + format_number(audit_case.delta) : "";
  return "ε = " + format_number(audit_case.epsilon) + delta;
}

std::string facts(const AuditCase& audit_case) {
  const auto fact = [](const char* name, const std::string& value) {
    return fmt::format("<div><dt>{}</dt><dd>{}</dd></div>", name, escape_html(value));
  };
  return "<dl class=\"facts\">" + fact("Parameters", format_count(audit_case.parameter_count)) +
         fact("Clients", format_count(audit_case.clients)) + fact("Rounds", format_count(audit_case.rounds)) +
         fact("Final test accuracy", format_percent(audit_case.final_test_accuracy)) +
         fact("Sent by clients", format_bytes(audit_case.bytes_up)) +
         fact("Sent to clients", format_bytes(audit_case.bytes_down)) +
         fact("Differential privacy", privacy_spent(audit_case)) + "</dl>";
}

std::string curves(const AuditCase& audit_case) {
  std::string charts;
  if (const Series accuracy = accuracy_series(audit_case); !accuracy.points.empty())
    charts += render_line_chart({"Test accuracy", "round", "test accuracy", {accuracy}, true});
  if (const Series loss = loss_series(audit_case); !loss.points.empty())
    charts += render_line_chart({"Test loss", "round", "test loss", {loss}, false});
  return charts.empty() ? "" : "<h3>Training</h3><div class=\"charts\">" + charts + "</div>";
}

std::string threat_model(const ThreatModel& threat_model) {
  if (threat_model.description.empty() && threat_model.knowledge.empty()) return "";
  std::string html = "<h3>Threat model</h3>";
  if (!threat_model.description.empty()) html += fmt::format("<p>{}</p>", escape_html(threat_model.description));
  return threat_model.knowledge.empty() ? html : html + html_threat_table(threat_model);
}

std::string attacks(const AuditCase& audit_case) {
  if (audit_case.attacks.empty() && audit_case.baselines.empty())
    return "<h3>Attacks</h3><p class=\"muted\">No attack was run.</p>";
  return "<h3>Attacks</h3><p class=\"muted\">Means over the examples of the scenario. A baseline guesses without the "
         "gradient: what an attack does not do better than it, it did not learn from the traffic.</p>" +
         html_attack_table(audit_case);
}

std::string pictures(const AuditCase& audit_case) {
  if (audit_case.pictures.empty()) return "";
  return "<h3>Originals and reconstructions</h3>" + html_pictures(audit_case.pictures);
}

}  // namespace

Series accuracy_series(const AuditCase& audit_case) {
  Series series{audit_case.name, {}};
  for (const CurvePoint& point : audit_case.curve)
    if (point.test_accuracy) series.points.emplace_back(point.round, *point.test_accuracy);
  return series;
}

std::string html_case(const AuditCase& audit_case, std::string_view id) {
  return fmt::format("<section id=\"{}\"><h2>{}</h2><p>{}</p>", id, escape_html(audit_case.name),
                     escape_html(audit_case.model)) +
         facts(audit_case) + curves(audit_case) + threat_model(audit_case.threat_model) + attacks(audit_case) +
         pictures(audit_case) + "</section>\n";
}

}  // namespace tacit::attacks::report
