#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/parameters.h"
#include "simulation/evaluation_settings.h"
#include "simulation/experiment.h"
#include "simulation/fairness.h"

namespace tacit::simulation {

/// The final model of a simulation on what each of its clients holds. Only who simulates can know that: nothing of it
/// crosses the wire.
struct ClientEvaluations {
  ClientPart part = ClientPart::none;
  std::vector<ClientEvaluation> clients;             ///< in the order of their numbers
  std::vector<std::array<std::size_t, 3>> examples;  ///< [clients]: in training, validation, test part
  std::optional<Fairness> fairness;                  ///< nothing if no client holds an example of the part
};

/// Evaluates `model` on the part that [evaluation] clients_on names, client by client, by several threads.
ClientEvaluations evaluate_clients(const Experiment& experiment, const Parameters& model);
/// Likewise the model of a run that is finished, and writes clients.csv into its folder.
ClientEvaluations evaluate_clients(const Experiment& experiment, const std::filesystem::path& run_folder);

/// A line a client: client, train, validation, test (numbers of examples), part, examples, loss, accuracy (for
/// regression rmse, r_squared); the last ones empty for a client without an example of the part.
std::string to_csv(const ClientEvaluations& evaluations);

}  // namespace tacit::simulation
