#include "evaluation/inference/canary_clients.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "core/random.h"
#include "datasets/partition.h"

namespace tacit::evaluation {
namespace {

/// What numbers or names clients would mean others when some are left out.
void require_nameless_clients(const simulation::Experiment& experiment) {
  for (const char* key : {"clients", "minimum_clients", "cohort_size", "minimum_updates"})
    if (const ConfigTable section = experiment.section("coordinator"); section.has(key))
      section.refuse(key, "an audit of clients leaves some of them out, by coins, so they cannot be counted or named");
  if (const ConfigTable section = experiment.section("training"); section.has("cohorts"))
    section.refuse("cohorts", "an audit of clients leaves some of them out, so that others would be in the cohorts");
  for (const char* key : {"rotation", "noise"})
    if (const ConfigTable section = experiment.section("partition"); section.has(key))
      section.refuse(key, "an audit of clients leaves some of them out, so that others would see it");
}

/// The examples with these indices, whose labels become wrong ones.
void mislabel(datasets::Dataset& data, const std::vector<std::size_t>& indices, RandomStream& stream) {
  for (const std::size_t index : indices) {
    const auto other = static_cast<std::int32_t>(stream.below(data.classes - 1));
    std::int32_t& label = data.labels[index];
    label = other < label ? other : other + 1;
  }
}

}  // namespace

CanaryClients canary_clients(const simulation::Experiment& experiment, std::size_t count) {
  require_nameless_clients(experiment);
  datasets::TrainTest data = experiment.data();
  const ConfigTable section = experiment.section("data");
  if (data.train.classes < 2) section.refuse("source", "a wrong label needs two classes");
  if (data.train.is_streamed()) section.refuse("streamed", "an audit holds its canaries in memory");
  if (count >= experiment.clients())
    experiment.section("simulation")
        .refuse("clients",
                fmt::format("{} clients are too few for {} under audit and another one", experiment.clients(), count));
  const auto shares = experiment.partition(data.train).indices();

  RandomStream stream({experiment.seed(), Purpose::inference_game, 0, 20});
  std::vector<std::size_t> order(shares.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  stream.shuffle(std::span(order));
  std::vector<char> members, takes_part(shares.size(), 1);
  std::vector<std::size_t> audited, begins{0};
  for (std::size_t i = 0; i < count; ++i) {
    const auto& own = shares[order[i]];
    mislabel(data.train, own, stream);
    members.push_back(stream.below(2) == 1);
    takes_part[order[i]] = members.back();
    audited.insert(audited.end(), own.begin(), own.end());
    begins.push_back(audited.size());
  }
  const datasets::Dataset examples = data.train.subset(audited);

  // Clients become the groups that the partition then keeps together.
  std::vector<std::pair<std::size_t, std::int32_t>> kept;  // index, client
  std::int64_t clients = 0;
  data.train.group_names.clear();
  for (std::size_t client = 0; client < shares.size(); ++client) {
    if (takes_part[client] == 0) continue;
    for (const std::size_t index : shares[client]) kept.emplace_back(index, static_cast<std::int32_t>(clients));
    data.train.group_names.push_back(fmt::format("client {}", client + 1));
    ++clients;
  }
  std::sort(kept.begin(), kept.end());
  std::vector<std::size_t> indices;
  std::vector<std::int32_t> groups;
  for (const auto& [index, group] : kept) indices.push_back(index), groups.push_back(group);
  data.train.groups.clear();
  data.train.keep(indices);
  data.train.groups = std::move(groups);
  const ConfigTable natural = ConfigTable::parse_text("scheme = \"natural\"\n", "[partition] of an audit");
  const auto config = experiment.config().with("partition", natural).with("simulation.clients", clients);
  return {std::move(members), examples, std::move(begins),
          simulation::Experiment::from_config(config).on(std::move(data))};
}

}  // namespace tacit::evaluation
