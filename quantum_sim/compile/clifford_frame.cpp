#include "quantum_sim/compile/clifford_frame.h"

#include <bit>

namespace tacit::quantum_sim {

CliffordTurn diagonalising_turn(const Pauli& string) noexcept {
  Pauli product = string * Pauli::pauli_z(static_cast<std::uint32_t>(std::countr_zero(string.x)));
  product.phase = parity(product.x & product.z);
  return {product, 1};
}

CliffordFrame::CliffordFrame(std::uint32_t qubits) {
  for (std::uint32_t qubit = 0; qubit < qubits; ++qubit) {
    x_images_.push_back(Pauli::pauli_x(qubit));
    z_images_.push_back(Pauli::pauli_z(qubit));
  }
}

// C^dagger (G^dagger X G) C = image of X, conjugated by the image of G's own string.
void CliffordFrame::append(const CliffordTurn& turn) {
  if (turn.quarters == 0) return;
  const CliffordTurn mapped{image(turn.pauli), turn.quarters};
  for (std::uint64_t bits = turn.pauli.z; bits != 0; bits &= bits - 1) {
    Pauli& x = x_images_[static_cast<std::size_t>(std::countr_zero(bits))];
    x = conjugated(x, mapped);
  }
  for (std::uint64_t bits = turn.pauli.x; bits != 0; bits &= bits - 1) {
    Pauli& z = z_images_[static_cast<std::size_t>(std::countr_zero(bits))];
    z = conjugated(z, mapped);
  }
  appended_.push_back(turn);
}

void CliffordFrame::prepend(const CliffordTurn& turn) {
  if (turn.quarters == 0) return;
  for (Pauli& x : x_images_) x = conjugated(x, turn);
  for (Pauli& z : z_images_) z = conjugated(z, turn);
  prepended_.push_back(turn);
}

std::vector<CliffordTurn> CliffordFrame::turns() const {
  std::vector<CliffordTurn> all(prepended_.rbegin(), prepended_.rend());
  all.insert(all.end(), appended_.begin(), appended_.end());
  return all;
}

Pauli CliffordFrame::image(const Pauli& pauli) const noexcept {
  Pauli result{0, 0, pauli.phase};
  for (std::uint64_t bits = pauli.x; bits != 0; bits &= bits - 1)
    result = result * x_images_[static_cast<std::size_t>(std::countr_zero(bits))];
  for (std::uint64_t bits = pauli.z; bits != 0; bits &= bits - 1)
    result = result * z_images_[static_cast<std::size_t>(std::countr_zero(bits))];
  return result;
}

}  // namespace tacit::quantum_sim
