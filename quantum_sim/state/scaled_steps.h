#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "quantum_sim/memory.h"
#include "quantum_sim/state/state_plan.h"

namespace tacit::quantum_sim {

/// Coefficients of a plan's rotations, each done with half the arithmetic of a rotation.
///
/// exp(-i a P / 2) = cos(a/2) (1 + t (-i P)), t = tan(a/2): the sweep applies the bracket, one multiply-add a number.
/// |t| <= 1, because where it would not be, a is reduced by pi: the missing factor -i P is Clifford, moves past
/// everything later, and flips the signs of the angles and measured strings that do not commute with it. Cosines are
/// collected into a gain: forward, each pass multiplies its rows with that of the pass before on the way into its
/// block; backward, on the way out with its own. lambda starts with the inverse of psi's scale, so that the product of
/// both is one at the start of each pass; the gradient of a rotation is what the kernel finds, divided by that product.
template <class T>
class ScaledSteps {
 public:
  /// The plan must outlive this object.
  explicit ScaledSteps(const StatePlan& plan);

  /// From half of every rotation's angle [rotations].
  void update(std::span<const double> halves);
  /// Then what the way back needs besides.
  void update_backward();
  /// And half of every angle's rate.
  void update_rates(std::span<const double> half_rates);

  const T* rates() const noexcept { return rates_.get(); }        ///< [rotations], in the signs of tangents
  const T* tangents() const noexcept { return tangents_.get(); }  ///< [rotations], times -1 if real
  std::span<const T> forward_gains() const noexcept { return forward_gains_; }  ///< [passes]
  struct Gains {
    T psi, lambda;
  };
  std::span<const Gains> backward_gains() const noexcept { return backward_gains_; }  ///< [passes]
  /// By which what the kernels find as gradient of each rotation is to be multiplied.
  std::span<const double> gradient_factors() const noexcept { return gradient_factors_; }
  std::span<const double> measured_coefficients() const noexcept { return measured_; }  ///< [measured]
  /// Not zero for a rotation whose factor -i P was split off [rotations].
  std::span<const std::uint64_t> splits() const noexcept { return splits_; }
  /// 1 / (psi's scale)^2.
  double output_factor() const noexcept { return output_factor_; }

 private:
  const StatePlan& plan_;
  AlignedArray<T> tangents_, rates_;
  std::vector<T> forward_gains_;
  std::vector<Gains> backward_gains_;
  std::vector<std::uint64_t> splits_;
  std::vector<double> raw_, growth_, signs_, gradient_factors_, measured_;
  double scale_ = 1;  ///< of psi in the end
  double output_factor_ = 1;
};

}  // namespace tacit::quantum_sim
