#include "evaluation/sweep/target.h"

#include <fmt/format.h>

#include <set>
#include <utility>

#include "core/digest.h"
#include "core/error.h"
#include "core/random.h"
#include "datasets/feature_statistics.h"
#include "models/local_gradient.h"
#include "models/specification.h"
#include "models/training.h"
#include "simulation/audit_settings.h"

namespace tacit::evaluation {
namespace {

using simulation::Experiment;

/// Clients of an Exchange have this number (evaluation/exchange.cpp), which the order of their examples depends on.
constexpr std::uint32_t client_index = 1;

std::string data_key(const Experiment& experiment) {
  return fmt::format("{}\nseed = {}", experiment.section("data").to_toml(), experiment.seed());
}

/// Names, places and threads decide nothing; clients only what a training run comes to. Another version of the program
/// may come to other results, so its trials are not taken up.
std::string key_of(const Experiment& experiment, const TargetOptions& options, std::size_t examples,
                   std::size_t seen_clients) {
  const ConfigTable table = experiment.config().without("run").without("simulation");
  const std::string text = fmt::format("tacit {} sweep 1\n{}\nseed = {}\nexamples = {}\ntrained = {}\nclients = {}\n",
                                       TACIT_VERSION, table.to_toml(), experiment.seed(), examples, options.trained,
                                       options.trained ? experiment.clients() : 0);
  std::string more;
  if (seen_clients > 1) more += fmt::format("seen clients = {}\n", seen_clients);
  if (options.rounds > 1) more += fmt::format("rounds = {} of {}\n", options.rounds, experiment.clients());
  for (const auto& [first, last] : options.categories) more += fmt::format("category {}-{}\n", first, last);
  return to_hex(sha256(text + more)).substr(0, 24);
}

ExchangeSettings exchange_settings(const Experiment& experiment, const datasets::Dataset& train) {
  return {experiment.section("model").to_toml(), experiment.section("training").to_toml(),
          experiment.section("update").to_toml(), train.feature_shape, train.classes};
}

/// A sweep of single exchanges needs no word about rounds.
Experiment experiment_of(ConfigTable table, bool trained) {
  if (!trained && !table.has("coordinator")) table = table.with("coordinator.rounds", 1);
  return Experiment::from_config(table);
}

}  // namespace

std::shared_ptr<const DataCache::Entry> DataCache::data_of(const Experiment& experiment) {
  auto& entry = data_[data_key(experiment)];
  if (entry != nullptr) return entry;
  auto made = std::make_shared<Entry>();
  made->train = experiment.data().train;
  made->mean_example = datasets::mean_example(made->train);
  made->deviation = datasets::feature_deviations(made->train);
  return entry = std::move(made);
}

std::shared_ptr<const attacks::Identifiability> DataCache::identifiability_of(const Experiment& experiment,
                                                                              const attacks::Features& features) {
  auto& entry = identifiability_[data_key(experiment) + "\n" + experiment.section("threat_model").to_toml()];
  if (entry == nullptr) entry = std::make_shared<const attacks::Identifiability>(data_of(experiment)->train, features);
  return entry;
}

Target::Target(const ConfigTable& experiment_table, const TargetOptions& options, DataCache& cache)
    : experiment_(experiment_of(experiment_table, options.trained)),
      trained_(options.trained),
      rounds_(options.rounds),
      training_(models::LocalTraining::from_config(experiment_.section("training"))) {
  if (trained_) experiment_.validate_simulation();
  data_ = cache.data_of(experiment_);
  const datasets::Dataset& train = data_->train;
  // Here rather than in the exchange, which reads copies and could not name the line.
  const models::Model<float> model =
      models::build_model<float>(experiment_.section("model"), train.feature_shape, train.classes);
  models::check_inputs(model, train);
  const ConfigTable training = experiment_.section("training");
  if (const std::string objection = models::objection_to(training_.gradient, model); !objection.empty())
    training.refuse("gradient", objection);
  examples_ = options.examples > 0 ? options.examples : training_.batch_size;
  threat_model_ = simulation::threat_model_of(experiment_, train);
  if (threat_model_.observes == attacks::View::aggregate) clients_ = experiment_.clients();
  if (clients_ * examples_ > train.size())
    training.refuse("batch_size",
                    fmt::format("{} that hold{} {} examples need{} a training part of as many, which has {}",
                                clients_ > 1 ? fmt::format("{} clients", clients_) : "a client",
                                clients_ > 1 ? "" : "s", clients_ * examples_, clients_ > 1 ? "" : "s", train.size()));
  if (rounds_ > 1 && threat_model_.observes != attacks::View::many_rounds)
    experiment_.section("threat_model").refuse("observes", "sweep.rounds above 1 needs \"many_rounds\"");
  const bool mixes = training_.mixing.kind != models::ExampleMixing::Kind::none;
  if (rounds_ > 1 && !mixes && training_.algorithm == models::LocalTraining::Algorithm::fedsgd &&
      examples_ != training_.batch_size)
    training.refuse("batch_size", "with sweep.rounds above 1 every round must be of all the client's examples");
  key_ = key_of(experiment_, options, examples_, clients_);
  features_ = {train.feature_shape, threat_model_.feature_bounds, threat_model_.features_are_angles};
  if (!attacks::image_shape(features_.shape) && !features_.angles)
    table_.emplace(attacks::TableColumns(options.categories, features_.size()), data_->deviation);
  else if (!options.categories.empty())
    fail(ErrorKind::configuration, "sweep.categories: examples of shape {} are no rows of a table",
         to_string(features_.shape));
  identifiability_ = cache.identifiability_of(experiment_, features_);
  exchange_ = std::make_unique<const Exchange>(exchange_settings(experiment_, train));
}

datasets::Dataset Target::client_data(std::size_t trial, std::size_t client) const {
  std::vector<std::size_t> indices(data_->train.size());
  for (std::size_t i = 0; i < indices.size(); ++i) indices[i] = i;
  RandomStream random({experiment_.seed(), Purpose::trial_examples, static_cast<std::uint32_t>(trial), 0});
  random.shuffle(std::span(indices));
  return data_->train.subset(std::span<const std::size_t>(indices).subspan(client * examples_, examples_));
}

void Target::add_truth(TargetTrial& trial, const datasets::Dataset& data, std::uint64_t seed,
                       std::uint32_t round) const {
  std::set<std::size_t> seen;
  std::vector<std::size_t> used =
      models::examples_of_round(training_, data.size(), {seed, Purpose::local_order, round, client_index});
  // Mixtures of many rounds are of everything that the client holds.
  if (rounds_ > 1 && training_.mixing.kind != models::ExampleMixing::Kind::none)
    for (std::size_t example = 0; example < data.size(); ++example) used.push_back(example);
  for (const std::size_t example : used) {
    if (!seen.insert(example).second) continue;
    const auto features = data.example(example);
    trial.truth.inputs.insert(trial.truth.inputs.end(), features.begin(), features.end());
    trial.truth.labels.push_back(data.labels[example]);
  }
}

/// The model after a round in which this client was one of all and the others moved it nowhere.
Parameters Target::after(const attacks::Observation& seen) const {
  const double rate = experiment_.coordinator().server_learning_rate / static_cast<double>(experiment_.clients());
  const double step = seen.kind() == attacks::UpdateKind::gradient ? -rate : rate;
  std::vector<float> theta(seen.model().values().begin(), seen.model().values().end());
  for (std::size_t i = 0; i < theta.size(); ++i)
    theta[i] = static_cast<float>(static_cast<double>(theta[i]) + step * static_cast<double>(seen.update()[i]));
  return {exchange_->schema(), std::move(theta)};
}

TargetTrial Target::trial(std::size_t index) const {
  if (trained_ && !model_) fail(ErrorKind::state, "a trained target was asked for a trial before its training");
  RandomStream seeds({experiment_.seed(), Purpose::trial_examples, static_cast<std::uint32_t>(index), 1});
  // Seeds stand in files as signed numbers.
  const std::uint64_t seed = seeds.next_u64() >> 1;
  std::uint32_t round = model_ ? std::max<std::uint32_t>(model_->rounds, 1) : 1;
  const Parameters start = model_ ? model_->parameters : exchange_->initial(seed);
  const datasets::Dataset data = client_data(index, 0);
  std::vector<attacks::Observation> seen{exchange_->observe(start, data, seed, round)};
  while (seen.size() < rounds_) seen.push_back(exchange_->observe(after(seen.back()), data, seed, ++round));
  TargetTrial trial{std::move(seen.back()), {}, {}, {}, seed};
  seen.pop_back();
  trial.earlier = std::move(seen);
  add_truth(trial, data, seed, round);
  if (clients_ > 1) {
    std::vector<attacks::Observation> all{trial.observation};
    for (std::size_t client = 1; client < clients_; ++client) {
      // Noise and order of their own.
      const std::uint64_t other = seeds.next_u64() >> 1;
      const datasets::Dataset others = client_data(index, client);
      all.push_back(exchange_->observe(start, others, other, round));
      add_truth(trial, others, other, round);
    }
    trial.observation = attacks::Observation::mean_of(all);
  }
  if (threat_model_.knows_labels) trial.labels = attacks::KnownLabels{trial.truth.labels};
  return trial;
}

}  // namespace tacit::evaluation
