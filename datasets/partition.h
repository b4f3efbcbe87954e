#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/config.h"
#include "datasets/dataset.h"
#include "datasets/partitioners/feature_skew.h"

namespace tacit::datasets {

/// How the training examples are dealt out to the clients, and how each client sees its own: a [partition] section,
/// seeded. Every example goes to one client.
///
///   [partition]
///   scheme = "iid"               # equal parts, shuffled
///   scheme = "dirichlet"         # label skew;         alpha = 0.5
///   scheme = "pathological"      # few labels each;    classes_per_client = 2
///   scheme = "shards"            # label-sorted runs;  shards_per_client = 2
///   scheme = "dirichlet_size"    # quantity skew;      alpha = 0.5
///   scheme = "power_law"         # quantity skew;      exponent = 1.0
///   scheme = "log_normal"        # quantity skew;      sigma = 1.0
///   scheme = "natural"           # by the column that [data] groups by
///   target_bins = 10             # real-valued targets with a label skew: by so many quantile bins of the first one
///   rotation = 90.0              # feature skew, with any scheme: degrees of the last client, images only
///   noise = 0.1                  # feature skew, with any scheme: deviation of the last client's noise
///   minimum_examples = 1
///   small_clients = "refuse"     # or "merge": with the largest client, whose examples the two then share
class Partition {
 public:
  /// Deals `data` out. Throws Error(configuration) with file, line and key on a wrong value, and with the client's
  /// number if it gets fewer than minimum_examples and that is refused.
  Partition(ConfigTable section, const Dataset& data, std::size_t clients, std::uint64_t seed);

  std::size_t clients() const noexcept { return indices_.size(); }
  /// Of each client, ascending.
  const std::vector<std::vector<std::size_t>>& indices() const noexcept { return indices_; }
  /// What a client holds, as it sees it. `data` as given to the constructor.
  Dataset examples(const Dataset& data, std::size_t client) const;

 private:
  std::vector<std::vector<std::size_t>> indices_;
  FeatureSkew skew_;
  std::uint64_t seed_;
};

}  // namespace tacit::datasets
