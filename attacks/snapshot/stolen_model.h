#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "quantum_sim/analysis/lie/g_sim.h"

namespace tacit::attacks {

// What a weak breach is good for: a snapshot stands for the data in every model whose observable reaches the same
// strings (Heredge et al., arXiv 2405.08801, Sec. II: "weak privacy breach").

/// A snapshot over `strings` as one over the basis of another simulator. Strings of I alone count one. Throws
/// Error(usage) naming a string of the other basis that was not recovered.
std::vector<double> carried_over(const quantum_sim::PauliStringSet& strings, std::span<const double> values,
                                 const quantum_sim::LieSimulator& other);

struct StolenTraining {
  std::size_t steps = 200;
  double learning_rate = 0.05;  ///< of Adam
};

/// Trains theta [P of its circuit] of a model of one output on snapshots [targets.size(), dimension] instead of data:
/// Adam on the mean squared error. Returns the trained theta.
std::vector<double> train_on_snapshots(quantum_sim::LieSimulator& model, std::span<const double> snapshots,
                                       std::span<const double> targets, std::vector<double> theta,
                                       const StolenTraining& settings = {});

}  // namespace tacit::attacks
