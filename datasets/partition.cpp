#include "datasets/partition.h"

#include <fmt/core.h>

#include <algorithm>
#include <optional>

#include "core/error.h"
#include "datasets/partitioners/dirichlet.h"
#include "datasets/partitioners/iid.h"
#include "datasets/partitioners/natural.h"
#include "datasets/partitioners/pathological.h"
#include "datasets/partitioners/quantity.h"
#include "datasets/partitioners/shards.h"
#include "datasets/partitioners/small_clients.h"

namespace tacit::datasets {

namespace {

using Indices = std::vector<std::vector<std::size_t>>;

struct Task {
  const Dataset& data;
  std::size_t clients;
  std::uint64_t seed;
};

/// A scheme with the one key that sets its strength.
struct Scheme {
  const char* name;
  const char* key;  ///< null: none
  bool is_integer;
  Range<double> range;
  const char* advice;  ///< against empty clients
  Indices (*divide)(const Task&, double);
};

template <QuantitySkew::Law law>
Indices by_quantity(const Task& task, double parameter) {
  return partition_by_quantity(task.data, task.clients, {law, parameter}, task.seed);
}

constexpr Scheme schemes[] = {
    {"iid",
     nullptr,
     false,
     {},
     "fewer clients avoid it",
     [](const Task& task, double) { return partition_iid(task.data, task.clients, task.seed); }},
    {"dirichlet",
     "alpha",
     false,
     {1e-3, 1e6},
     "a larger alpha, fewer clients or another seed avoids it",
     [](const Task& task, double alpha) { return partition_dirichlet(task.data, task.clients, alpha, task.seed); }},
    {"pathological",
     "classes_per_client",
     true,
     {1, 1e6},
     "more classes a client or fewer clients avoid it",
     [](const Task& task, double classes) {
       return partition_pathological(task.data, task.clients, static_cast<std::size_t>(classes), task.seed);
     }},
    {"shards",
     "shards_per_client",
     true,
     {1, 1e6},
     "fewer clients avoid it",
     [](const Task& task, double shards) {
       return partition_shards(task.data, task.clients, static_cast<std::size_t>(shards), task.seed);
     }},
    {"dirichlet_size",
     "alpha",
     false,
     {1e-3, 1e6},
     "a larger alpha, fewer clients or another seed avoids it",
     by_quantity<QuantitySkew::Law::dirichlet>},
    {"power_law",
     "exponent",
     false,
     {0, 10},
     "a smaller exponent or fewer clients avoid it",
     by_quantity<QuantitySkew::Law::power_law>},
    {"log_normal",
     "sigma",
     false,
     {0, 10},
     "a smaller sigma, fewer clients or another seed avoids it",
     by_quantity<QuantitySkew::Law::log_normal>},
    {"natural",
     nullptr,
     false,
     {},
     "fewer clients avoid it",
     [](const Task& task, double) { return partition_by_group(task.data, task.clients); }},
};

const Scheme& read_scheme(ConfigTable& section) {
  std::vector<std::string> names;
  for (const Scheme& scheme : schemes) names.emplace_back(scheme.name);
  const std::string name = section.choice("scheme", names, "iid");
  return *std::find_if(std::begin(schemes), std::end(schemes),
                       [&](const Scheme& scheme) { return name == scheme.name; });
}

double read_strength(ConfigTable& section, const Scheme& scheme) {
  if (scheme.key == nullptr) return 0;
  if (!scheme.is_integer) return section.number(scheme.key, scheme.range);
  return static_cast<double>(section.integer(
      scheme.key, {static_cast<std::int64_t>(scheme.range.low), static_cast<std::int64_t>(scheme.range.high)}));
}

/// What the scheme itself refuses gets the place of the key that asked for it.
Indices divide(const ConfigTable& section, const Scheme& scheme, const Task& task, double strength) {
  try {
    return scheme.divide(task, strength);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::usage) throw;
    section.refuse(scheme.key ? scheme.key : "scheme", error.what());
  }
}

}  // namespace

Partition::Partition(ConfigTable section, const Dataset& data, std::size_t clients, std::uint64_t seed) : seed_(seed) {
  if (clients == 0) fail(ErrorKind::usage, "a data set cannot be divided among no clients");
  const Scheme& scheme = read_scheme(section);
  const double strength = read_strength(section, scheme);
  skew_ = {section.number("rotation", {-360, 360}, 0.0), section.number("noise", {0, 10}, 0.0)};
  const auto minimum = static_cast<std::size_t>(section.integer("minimum_examples", {1, 1'000'000'000}, 1));
  const bool merges = section.choice("small_clients", {"refuse", "merge"}, "refuse") == "merge";
  section.finish();
  if (skew_.rotation != 0 && data.feature_shape.size() != 3)
    section.refuse("rotation", fmt::format("only images can be rotated, and '{}' is a table", data.name));

  // A minimum of one is the schemes' own: their advice helps.
  if (minimum > 1 && minimum > data.size() / clients)
    section.refuse("minimum_examples", fmt::format("{} examples of '{}' cannot give {} clients {} each", data.size(),
                                                   data.name, clients, minimum));
  indices_ = divide(section, scheme, {data, clients, seed}, strength);
  if (merges) merge_small_clients(indices_, minimum);
  for (std::size_t client = 0; client < clients; ++client)
    if (const std::size_t size = indices_[client].size(); size < minimum)
      section.refuse(scheme.key ? scheme.key : "scheme",
                     fmt::format("client {} of {} (counted from 0) gets {} of the {} examples of '{}', and needs {} at "
                                 "least; {}",
                                 client, clients, size == 0 ? "none" : std::to_string(size), data.size(), data.name,
                                 minimum, scheme.advice));
}

Dataset Partition::examples(const Dataset& data, std::size_t client) const {
  Dataset own = data.subset(indices_.at(client));
  return skew_.is_none() ? own : skew_features(std::move(own), skew_, client, clients(), seed_);
}

}  // namespace tacit::datasets
