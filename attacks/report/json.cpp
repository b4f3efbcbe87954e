#include "attacks/report/json.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>

#include "attacks/report/text.h"
#include "attacks/report/verdict.h"

namespace tacit::attacks::report {
namespace {

using Json = nlohmann::ordered_json;

Json number(const std::optional<double>& value) {
  return value && std::isfinite(*value) ? Json(*value) : Json(nullptr);
}

Json number(const std::optional<std::uint64_t>& value) {
  return value ? Json(*value) : Json(nullptr);
}

void put_quality(Json& object, const Quality& quality) {
  object["mse"] = number(quality.mse);
  object["psnr_db"] = number(quality.psnr_db);
  object["ssim"] = number(quality.ssim);
  object["circular_distance_rad"] = number(quality.circular_distance);
  object["exact"] = quality.psnr_db && std::isinf(*quality.psnr_db) && *quality.psnr_db > 0;
}

Json result(const AuditCase& audit_case, const char* kind, const ResultRow& row) {
  Json object = {{"case", clean_text(audit_case.name)},  {"kind", kind},
                 {"name", clean_text(row.name)},         {"source", clean_text(row.source)},
                 {"scenario", clean_text(row.scenario)}, {"label_accuracy", number(row.label_accuracy)}};
  object["malicious"] = audit_case.threat_model.malicious;
  put_quality(object, row.mean);
  object["best"] = Json::object();
  put_quality(object["best"], row.best);
  object["examples"] = Json::array();
  for (const Quality& example : row.examples) put_quality(object["examples"].emplace_back(Json::object()), example);
  object["restarts"] = number(row.restarts);
  object["iterations"] = number(row.iterations);
  object["seconds"] = number(row.seconds);
  object["note"] = clean_text(row.note);
  return object;
}

}  // namespace

std::string render_attacks_json(const ReportData& data) {
  Json rows = Json::array();
  for (const AuditCase& audit_case : data.cases) {
    for (const ResultRow& row : audit_case.attacks) rows.push_back(result(audit_case, "attack", row));
    for (const ResultRow& row : audit_case.baselines) rows.push_back(result(audit_case, "baseline", row));
  }
  return rows.dump(2);
}

std::string render_verdicts_json(const ReportData& data) {
  const auto name = [](const ResultRow* row) { return row ? Json(clean_text(row->name)) : Json(nullptr); };
  Json rows = Json::array();
  for (const Verdict& verdict : judge(data))
    rows.push_back({{"case", clean_text(verdict.audit_case->name)},
                    {"scenario", clean_text(verdict.scenario)},
                    {"leakage", to_string(verdict.leakage)},
                    {"attack", name(verdict.attack)},
                    {"baseline", name(verdict.baseline)},
                    {"measure", verdict.measure == ErrorMeasure::mse ? "mse" : "circular_distance_rad"},
                    {"attack_error", number(verdict.attack_error)},
                    {"baseline_error", number(verdict.baseline_error)},
                    {"label_accuracy", verdict.attack ? number(verdict.attack->label_accuracy) : Json(nullptr)},
                    {"baseline_label_accuracy", number(verdict.baseline_label_accuracy)},
                    {"labels_leak", verdict.labels_leak},
                    {"exact_examples", verdict.exact},
                    {"examples", verdict.examples}});
  return rows.dump(2);
}

}  // namespace tacit::attacks::report
