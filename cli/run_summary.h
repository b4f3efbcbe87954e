#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "simulation/run_result.h"

namespace tacit::cli {

/// A run's result for a person, a few aligned lines.
std::string text_summary(const simulation::RunResult& result);
/// The same for scripts: model_sha256, test_accuracy, test_loss, rounds, seconds, bytes_up, bytes_down, parameters,
/// run_folder.
nlohmann::ordered_json json_summary(const simulation::RunResult& result);

}  // namespace tacit::cli
