#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "simulation/client_evaluation.h"
#include "simulation/run_result.h"

namespace tacit::cli {

/// A run's result for a person, a few aligned lines.
std::string text_summary(const simulation::RunResult& result);
/// The same for scripts: model_sha256, test_accuracy, test_loss, rounds, seconds, bytes_up, bytes_down, parameters,
/// run_folder; reported_fairness too, where clients reported.
nlohmann::ordered_json json_summary(const simulation::RunResult& result);

/// The line about the clients of a simulation, empty if none was evaluated; and `fairness` for scripts, null then.
std::string text_summary(const simulation::ClientEvaluations& evaluations);
nlohmann::ordered_json json_summary(const simulation::ClientEvaluations& evaluations);

}  // namespace tacit::cli
