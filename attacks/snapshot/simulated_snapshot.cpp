#include "attacks/snapshot/simulated_snapshot.h"

#include <algorithm>

namespace tacit::attacks {

SimulatedSnapshot::SimulatedSnapshot(const quantum_sim::Circuit& encoding, std::size_t inputs,
                                     const quantum_sim::LieSimulator& simulator)
    : SnapshotMap(simulator.dimension(), inputs),
      simulator_(encoding, simulator.basis_observables(), {.batch = std::max<std::size_t>(encoding.inputs(), 1)}),
      read_(encoding.inputs()),
      lanes_(read_ * read_),
      directions_(read_ * read_),
      values_(read_ * dimension()),
      slopes_(read_ * dimension()) {
  for (std::size_t j = 0; j < read_; ++j) directions_[j * read_ + j] = 1;
}

void SimulatedSnapshot::evaluate(std::span<const double> x, std::span<double> snapshot, std::span<double> jacobian) {
  if (jacobian.empty()) {
    simulator_.forward({}, x.first(read_), 1, snapshot);
    return;
  }
  // Lane j carries the derivative along x_j.
  for (std::size_t j = 0; j < read_; ++j) std::copy_n(x.begin(), read_, lanes_.begin() + static_cast<long>(j * read_));
  simulator_.forward_tangent({}, lanes_, read_, {}, directions_, values_, slopes_);
  std::copy_n(values_.begin(), dimension(), snapshot.begin());
  std::fill(jacobian.begin(), jacobian.end(), 0.0);
  for (std::size_t a = 0; a < dimension(); ++a)
    for (std::size_t j = 0; j < read_; ++j) jacobian[a * inputs() + j] = slopes_[j * dimension() + a];
}

}  // namespace tacit::attacks
