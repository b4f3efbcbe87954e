#include "attacks/local_run/local_run.h"

#include <algorithm>
#include <numeric>

#include "attacks/recorded_section.h"
#include "core/error.h"
#include "core/random.h"
#include "models/local_training.h"

namespace tacit::attacks {
namespace {

/// Where the streams of orders lie among those of restarts, which are a million at most.
constexpr std::uint32_t order_streams = 0x80000000u;

constexpr const char* part = "the simulation of local training";

void check(const models::LocalTraining& training) {
  const auto refuse = [](const std::string& what) {
    fail(ErrorKind::configuration, "{} repeats steps of SGD along exact gradients, and this run's are {}", part, what);
  };
  if (training.optimizer.name != "sgd") refuse("of optimizer '" + training.optimizer.name + "'");
  if (!training.clipping.is_off()) refuse("clipped");
  if (training.gradient.kind != models::GradientSource::Kind::exact) refuse("estimated or natural");
}

models::LocalTraining believed_training(const Observation& observation, const ThreatModel& threat_model,
                                        const LocalRunBelief& belief) {
  if (!belief.learning_rate) threat_model.require(Need::learning_rate, part);
  if (!belief.local_epochs || !belief.batch_size) threat_model.require(Need::local_steps, part);
  auto training = models::LocalTraining::from_config(recorded_section(observation.run().training_toml, "training"),
                                                     observation.client());
  check(training);
  training.local_epochs = belief.local_epochs.value_or(training.local_epochs);
  training.batch_size = belief.batch_size.value_or(training.batch_size);
  if (belief.learning_rate) {
    training.learning_rate = *belief.learning_rate;
    training.schedule = {};
  }
  return training;
}

}  // namespace

double LocalRun::scale() const {
  return std::accumulate(rates.begin(), rates.end(), 0.0);
}

LocalRunBelief LocalRunBelief::from_config(ConfigTable section) {
  LocalRunBelief belief;
  const std::string order = section.choice("order", {"drawn", "same", "free"}, "drawn");
  belief.draws_order = order != "same";
  belief.copies_epochs = order == "free";
  if (belief.copies_epochs)
    belief.invariance = section.number("invariance", {0, 1e9}, 1.0);
  else if (section.has("invariance"))
    section.refuse("invariance", "it ties the copies of order = \"free\"");
  if (section.has("local_epochs"))
    belief.local_epochs = static_cast<std::size_t>(section.integer("local_epochs", {1, 10'000}));
  if (section.has("batch_size"))
    belief.batch_size = static_cast<std::size_t>(section.integer("batch_size", {1, 1'000'000}));
  if (section.has("learning_rate")) belief.learning_rate = section.number("learning_rate", {1e-12, 1e6});
  section.finish();
  return belief;
}

LocalRun local_run(const Observation& observation, const ThreatModel& threat_model, const LocalRunBelief& belief,
                   std::size_t count, std::uint64_t seed, std::size_t restart) {
  if (observation.kind() == UpdateKind::gradient)
    fail(ErrorKind::usage, "{} was asked for behind an update that is a gradient", part);
  const models::LocalTraining training = believed_training(observation, threat_model, belief);
  LocalRun run;
  run.momentum = training.optimizer.momentum;
  run.nesterov = training.optimizer.nesterov;
  run.weight_decay = training.optimizer.weight_decay;
  if (belief.copies_epochs) run.copies = training.local_epochs;
  RandomStream random(
      {seed, Purpose::attack_restart, observation.round(), order_streams + static_cast<std::uint32_t>(restart)});
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  for (std::size_t epoch = 0; epoch < training.local_epochs; ++epoch) {
    if (belief.draws_order) random.shuffle(std::span(order));
    for (std::size_t begin = 0; begin < count; begin += training.batch_size) {
      const auto first = order.begin() + static_cast<std::ptrdiff_t>(begin);
      const auto size = static_cast<std::ptrdiff_t>(std::min(training.batch_size, count - begin));
      run.rates.push_back(training.learning_rate_at(observation.round(), run.steps()));
      run.batches.emplace_back(first, first + size);
      // Sums over a batch should not depend on the order that was drawn inside it.
      std::sort(run.batches.back().begin(), run.batches.back().end());
      if (belief.copies_epochs)
        for (std::size_t& candidate : run.batches.back()) candidate += epoch * count;
    }
  }
  return run;
}

}  // namespace tacit::attacks
