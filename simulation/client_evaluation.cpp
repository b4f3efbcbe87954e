#include "simulation/client_evaluation.h"

#include <fmt/format.h>

#include <cmath>

#include "core/files.h"
#include "core/interrupt.h"
#include "core/thread_pool.h"
#include "models/safetensors.h"
#include "models/training.h"

namespace tacit::simulation {

ClientEvaluations evaluate_clients(const Experiment& experiment, const Parameters& model) {
  ClientEvaluations result;
  result.part = experiment.evaluation().clients_on;
  if (result.part == ClientPart::none) return result;
  const datasets::Dataset train = experiment.data().train;
  const models::Model<float> network = experiment.model(train);
  const datasets::Partition partition = experiment.partition(train);
  result.clients.resize(experiment.clients());
  result.examples.resize(experiment.clients());
  ThreadPool pool(experiment.threads());
  pool.for_each(experiment.clients(), [&](std::size_t client) {
    check_interrupted();
    const datasets::ClientParts parts = experiment.parts(partition, train, client);
    const datasets::Dataset& judged = part_of(parts, result.part);
    ClientEvaluation& one = result.clients[client];
    one.client = Experiment::client_name(client);
    one.examples = judged.size();
    result.examples[client] = {parts.train.size(), parts.validation.size(), parts.test.size()};
    if (judged.size() == 0) return;
    const models::Evaluated evaluated = models::evaluate(network, model.values(), judged);
    one.loss = evaluated.loss;
    one.accuracy = evaluated.accuracy;
    if (network.task().is_regression()) one.rmse = evaluated.rmse;
    if (!std::isnan(evaluated.r_squared)) one.r_squared = evaluated.r_squared;
  });
  result.fairness = fairness_of(result.clients);
  return result;
}

ClientEvaluations evaluate_clients(const Experiment& experiment, const std::filesystem::path& run_folder) {
  if (experiment.evaluation().clients_on == ClientPart::none) return {};
  const models::SafetensorsFile file = models::read_safetensors(run_folder / "model.safetensors");
  ClientEvaluations evaluations = evaluate_clients(experiment, file.parameters);
  write_atomically(run_folder / "clients.csv", to_csv(evaluations));
  return evaluations;
}

std::string to_csv(const ClientEvaluations& evaluations) {
  const bool of_errors = evaluations.fairness && evaluations.fairness->of_errors;
  std::string text = "client,train,validation,test,part,examples,loss,";
  text += of_errors ? "rmse,r_squared\n" : "accuracy\n";
  for (std::size_t i = 0; i < evaluations.clients.size(); ++i) {
    const ClientEvaluation& one = evaluations.clients[i];
    const auto& [train, validation, test] = evaluations.examples[i];
    text += fmt::format("{},{},{},{},{},{},", one.client, train, validation, test, to_string(evaluations.part),
                        one.examples);
    if (one.examples == 0)
      text += of_errors ? ",,\n" : ",\n";
    else if (of_errors)
      text += fmt::format("{},{},{}\n", one.loss, *one.rmse, one.r_squared ? fmt::to_string(*one.r_squared) : "");
    else
      text += fmt::format("{},{}\n", one.loss, one.accuracy);
  }
  return text;
}

}  // namespace tacit::simulation
