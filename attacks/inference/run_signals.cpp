#include "attacks/inference/run_signals.h"

#include "attacks/observed_model.h"
#include "core/error.h"

namespace tacit::attacks {
namespace {

/// One model a round, and the final one.
std::vector<const Parameters*> models_of(const SeenRun& run) {
  std::vector<const Parameters*> models;
  std::uint32_t round = 0;
  for (const Observation& update : run.updates) {
    if (!models.empty() && update.round() == round) continue;
    round = update.round();
    models.push_back(&update.model());
  }
  if (run.final_model) models.push_back(&*run.final_model);
  return models;
}

/// Why no update says anything of single examples; empty if they do.
std::string refusal(const models::Model<double>& model, const ThreatModel& threat_model) {
  if (const std::string layer = model.coupling_layer(); !layer.empty())
    return "layer '" + layer + "' makes the result for one example depend on its batch: none has a gradient of its own";
  try {
    threat_model.require(Need::individual_update, "gradient alignment");
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

}  // namespace

RunSignals signals_of_run(const SeenRun& run, const ThreatModel& threat_model, const Candidates& candidates,
                          const AttackControl& control) {
  if (run.updates.empty()) fail(ErrorKind::usage, "the run that was seen holds no update");
  if (candidates.size() == 0) fail(ErrorKind::usage, "there is no candidate to ask about");
  const models::Model<double> model = observed_model(run.updates.front().run());
  const std::vector<const Parameters*> models = models_of(run);
  RunSignals signals;
  signals.models.resize(models.size());
  signals.alignments_refused = refusal(model, threat_model);
  if (signals.alignments_refused.empty()) {
    signals.alignments.resize(run.updates.size());
    for (const Observation& update : run.updates) {
      signals.rounds.push_back(update.round());
      signals.clients.push_back(update.client());
    }
  }
  const auto task = [&](std::size_t index) {
    control.stop_if_cancelled();
    if (index < models.size()) {
      signals.models[index] = signals_of(model, models[index]->values(), candidates);
    } else {
      const std::size_t update = index - models.size();
      signals.alignments[update] = alignment_of(model, run.updates[update], threat_model, candidates);
    }
  };
  const std::size_t tasks = models.size() + signals.alignments.size();
  if (control.pool != nullptr) {
    control.pool->for_each(tasks, task);
  } else {
    for (std::size_t i = 0; i < tasks; ++i) task(i);
  }
  return signals;
}

}  // namespace tacit::attacks
