#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "core/config.h"
#include "core/parameters.h"

namespace tacit::coordinator {

/// How a run is conducted: the [coordinator] section.
struct CoordinatorConfig {
  std::uint32_t rounds = 1;
  std::string algorithm = "fedavg";  ///< a name of aggregation/registry.h
  double server_learning_rate = 1.0;
  std::size_t minimum_clients = 1;  ///< round 1 begins once so many have joined
  std::size_t cohort_size = 0;      ///< clients asked a round; 0 is every member
  std::size_t minimum_updates = 0;  ///< enough to close a round at its deadline; 0 is the whole cohort
  std::chrono::milliseconds join_deadline{600'000};
  std::chrono::milliseconds round_deadline{3'600'000};
  std::chrono::milliseconds heartbeat{10'000};
  std::uint64_t seed = 0;                          ///< the coordinator's own: it chooses cohorts
  std::size_t chunk_bytes = std::size_t{1} << 20;  ///< of announced models
  std::vector<std::string>
      clients;  ///< certificate identities that may join; empty is every one that the authority vouches for

  ///   [coordinator]
  ///   rounds = 20                      # required
  ///   algorithm = "fedavg"             # fedavg, fedsgd
  ///   server_learning_rate = 1.0
  ///   minimum_clients = 3              # required
  ///   cohort_size = 0                  # 0: all members
  ///   minimum_updates = 0              # 0: the whole cohort
  ///   join_deadline_seconds = 600.0
  ///   round_deadline_seconds = 3600.0
  ///   heartbeat_seconds = 10.0
  ///   seed = 0
  ///   chunk_bytes = 1048576
  ///   clients = ["site-a", "site-b", "site-c"]   # default: anybody with a certificate of the authority
  static CoordinatorConfig from_config(ConfigTable section);
};

/// What a run is about: what clients are told when they join, and what the run folder keeps.
struct RunDescription {
  std::string model_toml;          ///< the [model] section
  std::string training_toml;       ///< the [training] section
  std::string pipeline_toml;       ///< the [update] section
  Shape input_shape;               ///< of one example
  std::size_t classes = 0;         ///< 0 where targets are real numbers
  std::size_t targets = 0;         ///< real numbers asked of an example; 0 where it has a label
  bool asks_evaluation = false;    ///< clients may say how the model they were sent does on examples of theirs
  std::string configuration_toml;  ///< the whole resolved configuration, for config.toml; not told to clients
  std::string audit;               ///< what is crafted of what is sent, in words; empty if nothing is
};

/// SHA-256 over everything that decides the result of a run: the description, the initial model, rounds, algorithm,
/// seed, cohorts. What is crafted is in it by `audit`, which must tell it apart. A run folder goes on only with the
/// same. Deadlines, the heartbeat and the list of clients may change.
Digest configuration_hash(const CoordinatorConfig& config, const RunDescription& description,
                          const Parameters& initial);

}  // namespace tacit::coordinator
