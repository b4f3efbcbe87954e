#include "evaluation/inference/seen_run.h"

#include <fmt/format.h>

#include "models/weight_files.h"
#include "simulation/run.h"
#include "simulation/run_progress.h"

namespace tacit::evaluation {

TrainedRun train_and_see(const simulation::Experiment& experiment, const std::filesystem::path& folder, Progress& bar,
                         double units, std::optional<simulation::MaliciousClient> malicious) {
  simulation::RunProgress progress(bar, units);
  simulation::RunOptions options;
  options.run_folder = folder;
  options.malicious_client = std::move(malicious);
  options.on_progress = [&](const simulation::RunResult& result) { progress.show(result, experiment.clients()); };
  TrainedRun run;
  run.result = simulation::run(experiment.with("simulation.mode", "in-process"), options);
  run.seen.updates = attacks::Observation::read_all(folder / "recording.bin");
  const auto schema = run.seen.updates.front().model().shared_schema();
  run.seen.final_model = models::read_weights(folder / "model.safetensors", schema);
  return run;
}

attacks::Candidates candidates_of(const datasets::Dataset& data, const std::vector<std::size_t>& indices) {
  const datasets::Dataset chosen = data.subset(indices);
  return {chosen.features, chosen.labels};
}

std::string with_interval(const attacks::Rate& rate) {
  return fmt::format("{:.3f} [{:.3f}, {:.3f}]", rate.value, rate.interval.low, rate.interval.high);
}

}  // namespace tacit::evaluation
