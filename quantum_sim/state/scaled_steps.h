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
/// block; backward, on the way out with its own. lambda starts with the inverse of psi's scale, so
/// that the product of both is one at the start of each pass; the gradient of a rotation is what the kernel finds,
/// divided by that product.
///
/// A controlled rotation leaves part of the state as it is, so it keeps its cosine and is never reduced. A factor -i P
/// that moves past it turns over the controls that do not commute with P, that is, shifts the indices that meet them by
/// the flip of P.
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

  const T* rates() const noexcept { return rates_.get(); }  ///< [rotations], in the signs of tangents
  const T* tangents() const noexcept {
    return tangents_.get();
  }                                                             ///< [rotations], times -1 if real; sines if controlled
  const T* cosines() const noexcept { return cosines_.get(); }  ///< [rotations], of controlled ones
  const std::uint32_t* shifts() const noexcept { return shifts_.data(); }       ///< [rotations], of controlled ones
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
  void keep_cosines(std::span<const double> halves);
  void move_factors();
  void update_gains();

  const StatePlan& plan_;
  AlignedArray<T> tangents_, rates_, cosines_;
  std::vector<std::uint32_t> shifts_;
  std::vector<std::size_t> controlled_;  ///< numbers of the controlled rotations
  std::vector<double> controlled_halves_, controlled_sines_, controlled_cosines_;
  std::vector<T> forward_gains_;
  std::vector<Gains> backward_gains_;
  std::vector<std::uint64_t> splits_;
  bool has_factors_ = false;          ///< -i P was split off somewhere, in the last update
  std::vector<double> raw_, growth_;  ///< [rotations]: tangents without signs, 1/cos
  std::vector<double> signs_;         ///< [rotations], -1 if real, and another -1 of the factors before
  std::vector<double> gradient_factors_, measured_;
  double scale_ = 1;  ///< of psi in the end
  double output_factor_ = 1;
};

}  // namespace tacit::quantum_sim
