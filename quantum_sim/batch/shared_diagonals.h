#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "quantum_sim/batch/moving_angle.h"
#include "quantum_sim/compile/program.h"
#include "quantum_sim/memory.h"

namespace tacit::quantum_sim {

/// The factors by which a program's diagonals multiply the rows, one table for all samples, and the way back from
/// gradients by row to gradients by phase.
///
/// With independent masks m_k and row masks v_k dual to them, parity(m_j & v_k) = [j = k], row y = XOR of v_k over the
/// bits k of y has the factor prod_k exp(i angle_k y_k): each phase doubles the table with one product a row. Gradients
/// go the same way backwards, each phase's being a sum over half of what is left. A phase whose mask depends on the
/// others' takes half of all rows.
template <class T>
class SharedDiagonals {
 public:
  /// The program must outlive this object.
  explicit SharedDiagonals(const Program& program);

  /// From the angles of all slots, each to be multiplied by its sign.
  void update(std::span<const MovingAngle> angles, std::span<const double> signs);

  const T* factors() const noexcept { return factors_.get(); }  ///< [diagonals][rows][2], real and imaginary part
  const T* rates() const noexcept { return rates_.get(); }      ///< [diagonals][rows], of the factors' angles

  /// Adds to slots [slots] the gradients by phase, given those by row [diagonals][rows]. Scratch [rows].
  void fold(const double* rows, std::span<double> scratch, std::span<double> slots) const;

 private:
  struct Dual {
    std::uint32_t direction, slot;
  };
  struct Layout {
    std::vector<Dual> duals;                 ///< in the order in which they double the table
    std::vector<Diagonal::Phase> dependent;  ///< phases on top
    std::vector<std::uint32_t> rows;         ///< y -> row
  };
  static Layout lay_out(const Diagonal& diagonal, std::uint32_t dimension);
  void fill(const Layout& layout, std::span<const MovingAngle> angles, std::span<const double> signs, T* factors,
            T* rates);

  const Program& program_;
  std::vector<Layout> layouts_;
  std::vector<double> re_, im_, rate_;  ///< one table, by y
  AlignedArray<T> factors_, rates_;
};

}  // namespace tacit::quantum_sim
