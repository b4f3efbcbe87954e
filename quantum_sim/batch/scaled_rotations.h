#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "quantum_sim/batch/commuting_layers.h"
#include "quantum_sim/batch/measured_sums.h"
#include "quantum_sim/batch/shared_diagonals.h"
#include "quantum_sim/batch/tile.h"
#include "quantum_sim/compile/program.h"
#include "quantum_sim/memory.h"

namespace tacit::quantum_sim {

/// The coefficients of angles that all samples share: half the arithmetic of a rotation.
///
/// exp(-i a P / 2) = cos(a/2) (1 + t (-i P)), t = tan(a/2): the sweep applies the bracket, 4 operations a pair instead
/// of 8, and the cosine is one number for the whole state, kept here. |t| <= 1, because where it would not be, a is
/// reduced by pi: the missing factor -i P is Clifford, moves past everything later, and flips the signs of the angles
/// and measured strings that do not commute with it. A rotation whose string turns the control of a later one is not
/// reduced, and controlled ones, which leave a part of the state alone, are done in full. A state's scale grows by
/// 1/cos <= sqrt(2) a sweep; a sweep that would take it past a bound is done in full and brings it back to one.
/// Backward, psi and lambda start with one scale; where psi is read from a kept state, it has that state's. A gradient
/// is what the kernel finds, divided by both.
template <class T>
class ScaledRotations {
 public:
  /// Both must outlive this object. Behind each of the layers, passes that go back find psi as the forward pass left
  /// it.
  ScaledRotations(const Program& program, const std::vector<CommutingLayer>& kept);

  /// From the shared parts of all slots' angles [slots].
  void update(std::span<const MovingAngle> angles);

  const T* forward() const noexcept { return forward_.get(); }    ///< [slots][3]
  const T* backward() const noexcept { return backward_.get(); }  ///< [slots][3]
  /// 1 for a slot whose sine is a tangent and whose cosine is not applied.
  const std::uint8_t* scaled() const noexcept { return scaled_.data(); }
  /// By which the angle of each slot is multiplied before use: +1 or -1.
  std::span<const double> signs() const noexcept { return signs_; }
  /// By which what the kernels write as gradient of each slot is to be multiplied.
  std::span<const double> gradient_factors() const noexcept { return gradient_factors_; }
  /// By which lambda is to be multiplied when all sweeps are undone.
  double start_gradient_factor() const noexcept { return 1 / scale_; }
  const T* measured_coefficients() const noexcept { return measured_.get(); }  ///< [measured]
  const MeasuredSums<T>& measured_sums() const noexcept { return measured_sums_; }
  T output_factor() const noexcept { return output_factor_; }
  const SharedDiagonals<T>& diagonals() const noexcept { return diagonals_; }

 private:
  void find_turned_controls();
  void plan_forward(std::span<const MovingAngle> angles);
  void plan_rotation(const Sweep& sweep, const MovingAngle& angle, Pauli& flips);
  void plan_backward();
  void undo_scale(std::size_t place);
  void write(T* table, std::uint32_t slot, double cosine, double sine, double rate) const;

  const Program& program_;
  const std::vector<CommutingLayer>& kept_;
  SharedDiagonals<T> diagonals_;
  std::vector<double> scales_;  ///< of psi before each sweep forward
  double scale_ = 1;            ///< of lambda; after update: that backward sweeps leave
  double psi_scale_ = 1;        ///< of psi on the way back
  AlignedArray<T> forward_, backward_, measured_;
  MeasuredSums<T> measured_sums_;
  std::vector<std::uint8_t> scaled_;
  std::vector<std::uint8_t> turns_control_;  ///< [slots], 1: -i P cannot be split off
  /// 1/cos of each scaled slot; 0 for a slot that brings the scale back to one; 1 otherwise.
  std::vector<double> growth_;
  std::vector<double> cosines_, sines_;  ///< of slots that are done in full
  std::vector<double> signs_, gradient_factors_;
  T output_factor_ = 1;
};

}  // namespace tacit::quantum_sim
