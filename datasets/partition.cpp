#include "datasets/partition.h"

#include <fmt/core.h>

#include <algorithm>
#include <optional>
#include <string_view>

#include "core/error.h"
#include "datasets/partitioners/dirichlet.h"
#include "datasets/partitioners/iid.h"
#include "datasets/partitioners/natural.h"
#include "datasets/partitioners/pathological.h"
#include "datasets/partitioners/quantity.h"
#include "datasets/partitioners/shards.h"
#include "datasets/partitioners/small_clients.h"
#include "datasets/target_bins.h"

namespace tacit::datasets {

namespace {

using Indices = std::vector<std::vector<std::size_t>>;

struct Dealing {
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
  bool by_label;
  Indices (*divide)(const Dealing&, double);
};

template <QuantitySkew::Law law>
Indices by_quantity(const Dealing& dealing, double parameter) {
  return partition_by_quantity(dealing.data, dealing.clients, {law, parameter}, dealing.seed);
}

constexpr Scheme schemes[] = {
    {"iid",
     nullptr,
     false,
     {},
     "fewer clients avoid it",
     false,
     [](const Dealing& dealing, double) { return partition_iid(dealing.data, dealing.clients, dealing.seed); }},
    {"dirichlet",
     "alpha",
     false,
     {1e-3, 1e6},
     "a larger alpha, fewer clients or another seed avoids it",
     true,
     [](const Dealing& dealing, double alpha) {
       return partition_dirichlet(dealing.data, dealing.clients, alpha, dealing.seed);
     }},
    {"pathological",
     "classes_per_client",
     true,
     {1, 1e6},
     "more classes a client or fewer clients avoid it",
     true,
     [](const Dealing& dealing, double classes) {
       return partition_pathological(dealing.data, dealing.clients, static_cast<std::size_t>(classes), dealing.seed);
     }},
    {"shards",
     "shards_per_client",
     true,
     {1, 1e6},
     "fewer clients avoid it",
     true,
     [](const Dealing& dealing, double shards) {
       return partition_shards(dealing.data, dealing.clients, static_cast<std::size_t>(shards), dealing.seed);
     }},
    {"dirichlet_size",
     "alpha",
     false,
     {1e-3, 1e6},
     "a larger alpha, fewer clients or another seed avoids it",
     false,
     by_quantity<QuantitySkew::Law::dirichlet>},
    {"power_law",
     "exponent",
     false,
     {0, 10},
     "a smaller exponent or fewer clients avoid it",
     false,
     by_quantity<QuantitySkew::Law::power_law>},
    {"log_normal",
     "sigma",
     false,
     {0, 10},
     "a smaller sigma, fewer clients or another seed avoids it",
     false,
     by_quantity<QuantitySkew::Law::log_normal>},
    {"natural",
     nullptr,
     false,
     {},
     "fewer clients avoid it",
     false,
     [](const Dealing& dealing, double) { return partition_by_group(dealing.data, dealing.clients); }},
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

/// A stand-in for data with real-valued targets whose labels are bins of the first target; nothing for data with labels
/// or schemes that do not ask for them.
std::optional<Dataset> binned(ConfigTable& section, const Scheme& scheme, const Dataset& data) {
  const bool applies = data.is_regression() && scheme.by_label;
  if (!applies && section.has("target_bins"))
    section.refuse("target_bins",
                   fmt::format("has a meaning only where real-valued targets are dealt out by label, "
                               "here is the scheme {} and '{}' with {}",
                               scheme.name, data.name, data.is_regression() ? "real-valued targets" : "labels"));
  if (!applies) return {};
  if (!section.has("target_bins"))
    section.refuse("scheme", fmt::format("{} deals out by label, and '{}' has real-valued targets; target_bins says "
                                         "into how many bins to put them",
                                         scheme.name, data.name));
  Dataset result;
  result.name = data.name;
  result.classes = static_cast<std::size_t>(section.integer("target_bins", {2, 10'000}));
  std::vector<float> first;
  for (std::size_t i = 0; i < data.size(); ++i) first.push_back(data.targets[i * data.target_size]);
  result.labels = quantile_bins(first, result.classes);
  return result;
}

/// What the scheme itself refuses gets the place of the key that asked for it.
Indices divide(const ConfigTable& section, const Scheme& scheme, const Dealing& dealing, double strength) {
  try {
    return scheme.divide(dealing, strength);
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
  if (data.is_streamed() && skew_.noise != 0)
    section.refuse("noise", "is not for streamed data: it is drawn for a client's examples all at once");
  const std::optional<Dataset> bins = binned(section, scheme, data);
  section.finish();
  if (skew_.rotation != 0 && data.feature_shape.size() != 3)
    section.refuse("rotation", fmt::format("only images can be rotated, and '{}' is a table", data.name));

  // A minimum of one is the schemes' own: their advice helps.
  if (minimum > 1 && minimum > data.size() / clients)
    section.refuse("minimum_examples", fmt::format("{} examples of '{}' cannot give {} clients {} each", data.size(),
                                                   data.name, clients, minimum));
  indices_ = divide(section, scheme, {bins ? *bins : data, clients, seed}, strength);
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
