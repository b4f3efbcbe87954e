#include "attacks/snapshot/stolen_model.h"

#include <cmath>

#include "core/error.h"

namespace tacit::attacks {

std::vector<double> carried_over(const quantum_sim::PauliStringSet& strings, std::span<const double> values,
                                 const quantum_sim::LieSimulator& other) {
  std::vector<double> result(other.dimension());
  for (std::size_t a = 0; a < result.size(); ++a) {
    const quantum_sim::PauliString string = other.basis()[a];
    const auto at = strings.find(string);
    if (!at && !string.is_identity())
      fail(ErrorKind::usage, "the other model reads {}, which the snapshot does not hold: their algebras differ",
           string.text());
    result[a] = string.is_identity() ? 1 : values[*at];
  }
  return result;
}

std::vector<double> train_on_snapshots(quantum_sim::LieSimulator& model, std::span<const double> snapshots,
                                       std::span<const double> targets, std::vector<double> theta,
                                       const StolenTraining& settings) {
  const std::size_t count = targets.size();
  std::vector<double> outputs(count), upstream(count), gradient(theta.size()), first(theta.size()),
      second(theta.size());
  double bias1 = 1, bias2 = 1;
  for (std::size_t step = 0; step < settings.steps; ++step) {
    model.forward(theta, {}, snapshots, count, outputs);
    for (std::size_t b = 0; b < count; ++b) upstream[b] = 2 * (outputs[b] - targets[b]) / static_cast<double>(count);
    model.backward(theta, {}, snapshots, count, upstream, {}, {gradient, {}, {}});
    bias1 *= 0.9, bias2 *= 0.999;
    for (std::size_t p = 0; p < theta.size(); ++p) {
      first[p] = 0.9 * first[p] + 0.1 * gradient[p];
      second[p] = 0.999 * second[p] + 0.001 * gradient[p] * gradient[p];
      theta[p] -= settings.learning_rate * (first[p] / (1 - bias1)) / (std::sqrt(second[p] / (1 - bias2)) + 1e-8);
    }
  }
  return theta;
}

}  // namespace tacit::attacks
