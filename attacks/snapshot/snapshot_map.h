#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include "quantum_sim/analysis/lie/g_sim.h"
#include "quantum_sim/circuit/circuit.h"

namespace tacit::attacks {

class ProductSnapshot;

/// The snapshot e_a(x) = Tr(B_a rho(x)) of an encoding, over the strings B_a of a LieSimulator's basis. One thread.
class SnapshotMap {
 public:
  virtual ~SnapshotMap() = default;
  std::size_t dimension() const noexcept { return dimension_; }
  std::size_t inputs() const noexcept { return inputs_; }
  /// e [dimension] and, unless empty, d e_a / d x_j [dimension, inputs].
  virtual void evaluate(std::span<const double> x, std::span<double> snapshot, std::span<double> jacobian) = 0;
  /// Itself if the state is a product of single qubits, else null.
  virtual ProductSnapshot* product() noexcept { return nullptr; }

 protected:
  SnapshotMap(std::size_t dimension, std::size_t inputs) : dimension_(dimension), inputs_(inputs) {}

 private:
  std::size_t dimension_, inputs_;
};

/// Of an encoding for `inputs` features: as a product of Bloch vectors where no gate joins qubits, else by simulation.
std::unique_ptr<SnapshotMap> make_snapshot_map(const quantum_sim::Circuit& encoding, std::size_t inputs,
                                               const quantum_sim::LieSimulator& simulator);

}  // namespace tacit::attacks
