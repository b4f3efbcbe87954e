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
  double loss = 0;                    ///< mean over the examples
  double accuracy = 0;                ///< in [0, 1]; of no meaning for regression
  std::optional<double> rmse{};       ///< of regression, and only there
  std::optional<double> r_squared{};  ///< likewise; nothing if the client's targets do not vary
};

/// How evenly a model serves clients: figures of the accuracies a_1, ..., a_K of K clients with n_1, ..., n_K examples.
/// For regression of the root mean squared errors in their place, of which the highest are the worst.
struct Fairness {
  bool of_errors = false;        ///< figures are of errors, not of accuracies
  std::size_t clients = 0;       ///< K: those with an example
  std::size_t examples = 0;      ///< sum of n_k
  double mean = 0;               ///< sum a_k / K: every client counts alike
  double weighted_mean = 0;      ///< sum n_k a_k / sum n_k: every example counts alike
  double variance = 0;           ///< sum (a_k - mean)^2 / K
  double weighted_variance = 0;  ///< sum n_k (a_k - weighted_mean)^2 / sum n_k
  double minimum = 0, maximum = 0;
  double worst_tenth = 0;  ///< mean of the ceil(K / 10) lowest a_k, or highest errors (Li et al. 2020, "q-FFL")
  double best_tenth = 0;   ///< of the highest a_k, or lowest errors
  double jain_index = 0;   ///< (sum a_k)^2 / (K sum a_k^2), 1 / K to 1 (Jain, Chiu, Hawe 1984); 1 if all are 0
  double mean_loss = 0;    ///< every example counts alike
};

/// Clients without examples do not count; nothing if none is left. Throws Error(usage) on an accuracy outside [0, 1],
/// an error that is not finite, or clients of which some have errors and others accuracies.
std::optional<Fairness> fairness_of(std::span<const ClientEvaluation> evaluations);

}  // namespace tacit::simulation
