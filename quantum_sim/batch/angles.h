#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "quantum_sim/batch/angle_checks.h"
#include "quantum_sim/batch/factor_values.h"
#include "quantum_sim/batch/scaled_rotations.h"
#include "quantum_sim/batch/tile.h"
#include "quantum_sim/circuit/circuit.h"
#include "quantum_sim/compile/program.h"
#include "quantum_sim/memory.h"

namespace tacit::quantum_sim {

/// Angles of a program's slots, as the coefficients that sweeps read. Angles and their sines are computed in double, a
/// vector at a time, and rounded once to T. A slot without inputs is computed once a call, one with inputs once a
/// sample.
template <class T>
class Angles {
 public:
  /// All must outlive this object.
  Angles(const Circuit& circuit, const Program& program, const std::vector<CommutingLayer>& kept);

  /// Throws Error(usage) that names gate, source and sample of a value that gives no finite angle, or no finite
  /// derivative if those are wanted.
  void require_valid(std::span<const T> parameters, std::span<const T> inputs, std::size_t batch, Derivatives wanted);
  /// Takes the values of one call, which must be valid; an empty direction is zero.
  void begin(std::span<const T> parameters, std::span<const T> parameters_dot, std::span<const T> inputs,
             std::span<const T> inputs_dot);
  /// Fills the lane coefficients for samples first .. first + count - 1; the other lanes get those of inputs zero.
  void load_tile(std::size_t first, std::size_t count);

  const ScaledRotations<T>& shared() const noexcept { return shared_; }
  const T* lanes() const noexcept { return lanes_.get(); }
  /// What the angles are made of, as of the last begin and load_tile.
  const FactorValues<T>& factors() const noexcept { return factors_; }

 private:
  void sum_shared_parts();
  void sum_lanes();

  const Program& program_;
  AngleChecks<T> checks_;
  FactorValues<T> factors_;
  std::vector<std::uint32_t> input_slots_;  ///< slots that depend on inputs, in the order of lane slots
  std::vector<MovingAngle> shared_sums_;
  std::vector<double> shared_angles_, shared_sines_, shared_cosines_;  ///< [slots], of half an angle for a rotation
  AlignedArray<double> angles_, rates_, sines_, cosines_;              ///< [lane_slots][W]
  ScaledRotations<T> shared_;
  AlignedArray<T> lanes_;
};

}  // namespace tacit::quantum_sim
