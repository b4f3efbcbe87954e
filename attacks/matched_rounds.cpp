#include "attacks/matched_rounds.h"

#include "core/error.h"

namespace tacit::attacks {

std::vector<double> MatchedRounds::mean_gradient() const {
  const std::size_t parameters = gradient.values.size() / thetas.size();
  std::vector<double> mean(parameters);
  for (std::size_t i = 0; i < gradient.values.size(); ++i) mean[i % parameters] += gradient.values[i];
  for (double& value : mean) value /= static_cast<double>(thetas.size());
  return mean;
}

MatchedRounds MatchedRounds::read(const std::vector<const Observation*>& rounds, const ThreatModel& threat_model,
                                  const MatchingSettings& settings, std::size_t count, std::uint64_t seed) {
  constexpr const char* part = "the gradient objective";
  MatchedRounds result;
  for (const Observation* round : rounds) {
    if (round->examples() != rounds.front()->examples())
      fail(ErrorKind::configuration,
           "rounds of {} and of {} examples were not made of the same: take rounds = \"last\"", round->examples(),
           rounds.front()->examples());
    const bool is_change = round->kind() == UpdateKind::delta;
    ObservedGradient gradient;
    if (settings.local_training && is_change) {
      if (rounds.size() > 1)
        fail(ErrorKind::configuration, "repeated local training is matched in one round: take rounds = \"last\"");
      for (std::size_t restart = 0; restart < settings.restarts; ++restart)
        result.local_runs.push_back(local_run(*round, threat_model, *settings.local_training, count, seed, restart));
      gradient = observed_change(*round, threat_model, result.local_runs[0].scale(), part);
    } else {
      gradient = observed_gradient(*round, threat_model, !settings.objective->scale_free(), part,
                                   settings.objective->reads_training());
    }
    result.updates.push_back({round, is_change ? -(gradient.change_scale > 0 ? gradient.change_scale : 1) : 1});
    result.thetas.emplace_back(round->model().values().begin(), round->model().values().end());
    if (result.thetas.size() == 1)
      result.gradient = std::move(gradient);
    else
      result.gradient.values.insert(result.gradient.values.end(), gradient.values.begin(), gradient.values.end());
  }
  return result;
}

}  // namespace tacit::attacks
