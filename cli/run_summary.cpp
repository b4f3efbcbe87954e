#include "cli/run_summary.h"

#include <fmt/format.h>

#include <cmath>

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

nlohmann::ordered_json figures_json(const simulation::Fairness& figures) {
  return {{"of", figures.of_errors ? "rmse" : "accuracy"},
          {"clients", figures.clients},
          {"examples", figures.examples},
          {"mean", figures.mean},
          {"weighted_mean", figures.weighted_mean},
          {"variance", figures.variance},
          {"weighted_variance", figures.weighted_variance},
          {"standard_deviation", std::sqrt(figures.variance)},
          {"weighted_standard_deviation", std::sqrt(figures.weighted_variance)},
          {"minimum", figures.minimum},
          {"maximum", figures.maximum},
          {"worst_tenth", figures.worst_tenth},
          {"best_tenth", figures.best_tenth},
          {"jain_index", figures.jain_index},
          {"mean_loss", figures.mean_loss}};
}

std::string figures_text(const simulation::Fairness& figures) {
  if (figures.of_errors)
    return fmt::format("mean RMSE {:.4g}, worst tenth {:.4g}, best tenth {:.4g}, deviation {:.4g}", figures.mean,
                       figures.worst_tenth, figures.best_tenth, std::sqrt(figures.variance));
  return fmt::format("mean {:.1f} %, worst tenth {:.1f} %, best tenth {:.1f} %, deviation {:.1f} %", 100 * figures.mean,
                     100 * figures.worst_tenth, 100 * figures.best_tenth, 100 * std::sqrt(figures.variance));
}

/// What the test says of the newest model.
std::string test_text(const simulation::RunResult& result) {
  if (result.is_regression()) {
    const auto r_squared = result.curve.back().test_r_squared;
    return fmt::format("test RMSE      {:.4g}{}", *result.curve.back().test_rmse,
                       r_squared ? fmt::format(", R^2 {:.4f}", *r_squared) : "");
  }
  const auto accuracy = result.test_accuracy();
  return "test accuracy  " + (accuracy ? fmt::format("{:.1f} %", 100 * *accuracy) : "not evaluated");
}

}  // namespace

std::string text_summary(const simulation::RunResult& result) {
  const auto reported = result.reported_fairness();
  const std::string reports =
      reported ? fmt::format("  reported       {} ({} clients)\n", figures_text(*reported), reported->clients) : "";
  const std::string withheld =
      result.updates_withheld > 0 ? fmt::format("  withheld       {} updates\n", result.updates_withheld) : "";
  const std::string audit = result.audit.empty() ? "" : fmt::format("  malicious      {}\n", result.audit);
  return audit + fmt::format(
                     "  rounds         {}\n  {}\n  parameters     {}\n  traffic        {} up, {} down\n{}{}"
                     "  time           {:.1f} s\n  model SHA-256  {}\n  run folder     {}\n",
                     result.rounds, test_text(result), result.parameters, bytes_text(result.bytes_up),
                     bytes_text(result.bytes_down), reports, withheld, result.seconds, result.model_sha256,
                     result.run_folder.string());
}

nlohmann::ordered_json json_summary(const simulation::RunResult& result) {
  nlohmann::ordered_json object{
      {"model_sha256", result.model_sha256},
      {"test_accuracy", optional_json(result.test_accuracy())},
      {"test_loss", optional_json(result.curve.empty() ? std::nullopt : result.curve.back().test_loss)},
      {"malicious", !result.audit.empty()},
      {"rounds", result.rounds},
      {"seconds", result.seconds},
      {"bytes_up", result.bytes_up},
      {"bytes_down", result.bytes_down},
      {"updates_withheld", result.updates_withheld},
      {"parameters", result.parameters},
      {"run_folder", result.run_folder.string()}};
  if (result.is_regression()) {
    object["test_rmse"] = *result.curve.back().test_rmse;
    object["test_r_squared"] = optional_json(result.curve.back().test_r_squared);
  }
  if (const auto reported = result.reported_fairness()) object["reported_fairness"] = figures_json(*reported);
  return object;
}

std::string text_summary(const simulation::ClientEvaluations& evaluations) {
  if (!evaluations.fairness) return {};
  return fmt::format("  by client      {} (of {} clients, {} part of each)\n", figures_text(*evaluations.fairness),
                     evaluations.fairness->clients, simulation::to_string(evaluations.part));
}

nlohmann::ordered_json json_summary(const simulation::ClientEvaluations& evaluations) {
  if (!evaluations.fairness) return nullptr;
  nlohmann::ordered_json object{{"part", simulation::to_string(evaluations.part)}};
  object.update(figures_json(*evaluations.fairness));
  return object;
}

}  // namespace tacit::cli
