#include "simulation/run.h"

#include "core/error.h"

namespace tacit::simulation {

RunResult run(const Experiment& experiment, const RunOptions& options) {
  experiment.validate_simulation();
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
