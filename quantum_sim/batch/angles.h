#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "quantum_sim/circuit/circuit.h"
#include "quantum_sim/memory.h"
#include "quantum_sim/compile/program.h"
#include "quantum_sim/batch/scaled_rotations.h"
#include "quantum_sim/batch/tile.h"

namespace tacit::quantum_sim {

/// Angles of a program's slots, as the coefficients that sweeps read. Angles and their sines are computed in double and
/// rounded once to T. A slot without inputs is computed once a call, one with inputs once a sample.
template <class T>
class Angles {
 public:
  /// Both must outlive this object.
  Angles(const Circuit& circuit, const Program& program);

  /// Takes the values of one call; an empty direction is zero. Throws Error(usage) that names gate, source and sample
  /// of an angle that is not finite.
  void begin(std::span<const T> parameters, std::span<const T> parameters_dot, std::span<const T> inputs,
             std::span<const T> inputs_dot, std::size_t batch);
  /// Fills the lane coefficients for samples first .. first + count - 1; the other lanes get angle zero.
  void load_tile(std::size_t first, std::size_t count);

  const ScaledRotations<T>& shared() const noexcept { return shared_; }
  const T* lanes() const noexcept { return lanes_.get(); }

 private:
  void require_finite(std::size_t batch);
  MovingAngle shared_part(const Slot& slot) const;
  MovingAngle with_inputs(const Slot& slot, MovingAngle shared, std::size_t sample) const;
  void require_no_overflow(const Slot& slot, const MovingAngle& shared) const;

  const Circuit& circuit_;
  const Program& program_;
  /// Gate that uses each parameter (input) first, or no gate.
  std::vector<std::uint32_t> parameter_gates_, input_gates_;
  std::vector<std::uint32_t> input_slots_;  ///< slots that depend on inputs
  std::vector<MovingAngle> shared_sums_;
  std::vector<double> largest_inputs_;  ///< of the batch, by magnitude
  ScaledRotations<T> shared_;
  AlignedArray<T> lanes_;
  std::span<const T> parameters_, parameters_dot_, inputs_, inputs_dot_;
};

}  // namespace tacit::quantum_sim
