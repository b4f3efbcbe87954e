#include "attacks/report/csv.h"

#include <fmt/core.h>

#include <cmath>
#include <initializer_list>
#include <optional>

namespace tacit::attacks::report {
namespace {

template <class Number>
std::string number(const std::optional<Number>& value) {
  if (!value) return "";
  if constexpr (std::is_floating_point_v<Number>) {
    if (std::isnan(*value)) return "";
  }
  return fmt::format("{}", *value);
}

std::string record(std::initializer_list<std::string> fields) {
  std::string line;
  const char* separator = "";
  for (const std::string& field : fields) {
    line += separator + csv_field(field);
    separator = ",";
  }
  return line + "\r\n";
}

bool measured(const Quality& quality) {
  return quality.mse || quality.psnr_db || quality.ssim || quality.circular_distance;
}

// The columns that belong to the whole result stand only in its mean record, so that sums over the file are right.
struct Source {
  const AuditCase& audit_case;
  const char* kind;
  const ResultRow& row;

  std::string line(const char* record_kind, const std::string& index, const Quality& quality, bool whole) const {
    return record({audit_case.name, audit_case.model_sha256, kind, row.name, row.source, row.scenario, record_kind,
                   index, whole ? number(row.label_accuracy) : "", number(quality.mse), number(quality.psnr_db),
                   number(quality.ssim), number(quality.circular_distance), whole ? number(row.restarts) : "",
                   whole ? number(row.iterations) : "", whole ? number(row.seconds) : "", whole ? row.note : ""});
  }

  std::string lines() const {
    std::string text = line("mean", "", row.mean, true);
    if (measured(row.best)) text += line("best", "", row.best, false);
    for (std::size_t i = 0; i < row.examples.size(); ++i)
      text += line("example", std::to_string(i), row.examples[i], false);
    return text;
  }
};

}  // namespace

std::string csv_field(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

std::string render_csv(const ReportData& data) {
  std::string text =
      record({"case", "model_sha256", "kind", "name", "source", "scenario", "record", "example", "label_accuracy",
              "mse", "psnr_db", "ssim", "circular_distance_rad", "restarts", "iterations", "seconds", "note"});
  for (const AuditCase& audit_case : data.cases) {
    for (const ResultRow& row : audit_case.attacks) text += Source{audit_case, "attack", row}.lines();
    for (const ResultRow& row : audit_case.baselines) text += Source{audit_case, "baseline", row}.lines();
  }
  return text;
}

}  // namespace tacit::attacks::report
