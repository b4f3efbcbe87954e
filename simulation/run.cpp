#include "simulation/run.h"

#include "core/error.h"
#include "core/log.h"

namespace tacit::simulation {

namespace {

void log_cohorts(const Experiment& experiment) {
  const models::TrainingCohorts cohorts = experiment.cohorts();
  const std::vector<std::string> names = cohorts.names();
  for (std::size_t i = 0; i < experiment.clients() && !cohorts.empty(); ++i)
    if (const std::size_t cohort = cohorts.of(Experiment::client_name(i)); cohort < names.size())
      log::info("{} trains with the settings of cohort '{}'", Experiment::client_name(i), names[cohort]);
}

}  // namespace

RunResult run(const Experiment& experiment, const RunOptions& options) {
  if (options.malicious_client.has_value() != (experiment.extra_clients() == 1))
    fail(ErrorKind::usage, "a malicious client joins an experiment that one client more joins, and no other");
  experiment.validate_simulation();
  log_cohorts(experiment);
  for (const auto& [client, file] : options.crafted.client_models)
    if (!experiment.is_client_name(client))
      fail(ErrorKind::usage, "a model is given for client '{}', and the clients are client-1 to {}", client,
           Experiment::client_name(experiment.clients() - 1));
  RunResult result = experiment.mode() == Experiment::Mode::in_process ? run_in_process(experiment, options)
                                                                       : run_in_processes(experiment, options);
  if (result.outcome != "complete")
    fail(ErrorKind::state, "the run in {} did not finish: {}", options.run_folder.string(),
         result.outcome.empty() ? "no outcome" : result.outcome);
  return result;
}

std::filesystem::path unused_folder(const std::filesystem::path& wanted) {
  std::filesystem::path candidate = wanted;
  for (int number = 2; std::filesystem::exists(candidate); ++number) {
    candidate = wanted;
    candidate += "-" + std::to_string(number);
  }
  return candidate;
}

}  // namespace tacit::simulation
