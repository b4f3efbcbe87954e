#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "quantum_sim/circuit/observable.h"

namespace tacit::quantum_sim {

/// One way to measure all qubits: qubit q in the basis of X (bit of x_mask alone), Y (both), else Z. It gives the value
/// of every term that has, on each qubit, that letter or none (qubit-wise commuting).
struct MeasurementSetting {
  std::uint64_t x_mask = 0;
  std::uint64_t z_mask = 0;
  std::vector<std::size_t> terms;  ///< of the observable
  double weight = 0;               ///< sum of |coefficient|
};

struct MeasurementPlan {
  double constant = 0;  ///< terms without a letter: known without a shot
  std::vector<MeasurementSetting> settings;
};

/// Greedy: terms by falling |coefficient| (ties in their order), each into the first setting it fits, else a new one
/// (largest-first colouring; Verteletskyi, Yen, Izmaylov 2020, arXiv:1907.03358).
MeasurementPlan plan_measurement(const Observable& observable);

enum class ShotAllocation : std::uint8_t {
  even,      ///< to every setting the same
  by_weight  ///< in proportion to the sum of its |coefficient|, the choice that bounds the variance best when nothing
             ///< is known of the state (Rubin, Babbush, McClean 2018, arXiv:1801.03524)
};

/// Shots of each setting: at least 2 each (a variance needs two), together exactly `shots`. Throws Error(usage) on
/// fewer than 2 a setting.
std::vector<std::size_t> allocate_shots(const MeasurementPlan& plan, std::size_t shots, ShotAllocation allocation);

}  // namespace tacit::quantum_sim
