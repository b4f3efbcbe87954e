#pragma once

#include <vector>

#include "attacks/snapshot/snapshot_map.h"
#include "quantum_sim/simulator.h"

namespace tacit::attacks {

/// The snapshot of any encoding, by a state-vector simulator that measures every string of the basis.
class SimulatedSnapshot final : public SnapshotMap {
 public:
  /// Throws Error(resource) if the state does not fit into memory.
  SimulatedSnapshot(const quantum_sim::Circuit& encoding, std::size_t inputs,
                    const quantum_sim::LieSimulator& simulator);
  void evaluate(std::span<const double> x, std::span<double> snapshot, std::span<double> jacobian) override;

 private:
  quantum_sim::Simulator<double> simulator_;
  std::size_t read_;  ///< inputs that the circuit reads
  std::vector<double> lanes_, directions_, values_, slopes_;
};

}  // namespace tacit::attacks
