#include "cli/run_summary.h"

#include <fmt/format.h>

namespace tacit::cli {
namespace {

std::string bytes_text(std::uint64_t bytes) {
  if (bytes < 10'000) return fmt::format("{} B", bytes);
  if (bytes < 10'000'000) return fmt::format("{:.1f} kB", static_cast<double>(bytes) / 1e3);
  return fmt::format("{:.1f} MB", static_cast<double>(bytes) / 1e6);
}

nlohmann::ordered_json optional_json(const std::optional<double>& value) {
  return value ? nlohmann::ordered_json(*value) : nlohmann::ordered_json(nullptr);
}

}  // namespace

std::string text_summary(const simulation::RunResult& result) {
  const auto accuracy = result.test_accuracy();
  return fmt::format(
      "  rounds         {}\n  test accuracy  {}\n  parameters     {}\n  traffic        {} up, {} down\n"
      "  time           {:.1f} s\n  model SHA-256  {}\n  run folder     {}\n",
      result.rounds, accuracy ? fmt::format("{:.1f} %", 100 * *accuracy) : "not evaluated", result.parameters,
      bytes_text(result.bytes_up), bytes_text(result.bytes_down), result.seconds, result.model_sha256,
      result.run_folder.string());
}

nlohmann::ordered_json json_summary(const simulation::RunResult& result) {
  return {{"model_sha256", result.model_sha256},
          {"test_accuracy", optional_json(result.test_accuracy())},
          {"test_loss", optional_json(result.curve.empty() ? std::nullopt : result.curve.back().test_loss)},
          {"rounds", result.rounds},
          {"seconds", result.seconds},
          {"bytes_up", result.bytes_up},
          {"bytes_down", result.bytes_down},
          {"parameters", result.parameters},
          {"run_folder", result.run_folder.string()}};
}

}  // namespace tacit::cli
