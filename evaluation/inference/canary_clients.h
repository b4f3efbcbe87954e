#pragma once

#include <vector>

#include "datasets/dataset.h"
#include "simulation/experiment.h"

namespace tacit::evaluation {

/// Clients under audit: all their examples have a wrong label, which only their own training can teach a model, and a
/// fair coin decides whether they take part.
struct CanaryClients {
  std::vector<char> members;          ///< [clients under audit]: takes part
  datasets::Dataset examples;         ///< of all of them, in or out, client by client
  std::vector<std::size_t> begins;    ///< [clients under audit + 1]: where each one's examples begin, and the end
  simulation::Experiment experiment;  ///< the same with the clients that take part, each with its own examples
};

/// Chosen among the clients of the experiment's partition, with coins and wrong labels by Purpose::inference_game,
/// client 20. Throws Error(configuration) unless `count` is below the number of clients, the data have classes and stay
/// in memory, all clients are simulated without names and numbers of their own ([coordinator] clients, minimum_clients
/// and cohort_size, cohorts of training), and no feature skew is asked for.
CanaryClients canary_clients(const simulation::Experiment& experiment, std::size_t count);

}  // namespace tacit::evaluation
