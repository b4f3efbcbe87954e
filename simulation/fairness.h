#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>

namespace tacit::simulation {

/// One model on the examples of one client.
struct ClientEvaluation {
  std::string client;
  std::size_t examples = 0;
  double loss = 0;      ///< mean over the examples
  double accuracy = 0;  ///< in [0, 1]
};

/// How evenly a model serves clients: figures of the accuracies a_1, ..., a_K of K clients with n_1, ..., n_K examples.
struct Fairness {
  std::size_t clients = 0;       ///< K: those with an example
  std::size_t examples = 0;      ///< sum of n_k
  double mean = 0;               ///< sum a_k / K: every client counts alike
  double weighted_mean = 0;      ///< sum n_k a_k / sum n_k: every example counts alike
  double variance = 0;           ///< sum (a_k - mean)^2 / K
  double weighted_variance = 0;  ///< sum n_k (a_k - weighted_mean)^2 / sum n_k
  double minimum = 0, maximum = 0;
  double worst_tenth = 0;  ///< mean of the ceil(K / 10) lowest a_k (Li et al. 2020, "q-FFL")
  double best_tenth = 0;   ///< of the highest
  double jain_index = 0;   ///< (sum a_k)^2 / (K sum a_k^2), 1 / K to 1 (Jain, Chiu, Hawe 1984); 1 if all are 0
  double mean_loss = 0;    ///< every example counts alike
};

/// Clients without examples do not count; nothing if none is left. Throws Error(usage) on an accuracy outside [0, 1].
std::optional<Fairness> fairness_of(std::span<const ClientEvaluation> evaluations);

}  // namespace tacit::simulation
