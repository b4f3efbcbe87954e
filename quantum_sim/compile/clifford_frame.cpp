#include "quantum_sim/compile/clifford_frame.h"

namespace tacit::quantum_sim {

CliffordFrame::CliffordFrame(std::uint32_t qubits) {
  for (std::uint32_t qubit = 0; qubit < qubits; ++qubit) {
    x_images_.push_back(Pauli::pauli_x(qubit));
    z_images_.push_back(Pauli::pauli_z(qubit));
  }
}

// A new gate G comes after C, so images become C^dagger (G^dagger P G) C: the gate's own rule, then the old images.

void CliffordFrame::cnot(std::uint32_t control, std::uint32_t target) noexcept {
  x_images_[control] = x_images_[control] * x_images_[target];
  z_images_[target] = z_images_[control] * z_images_[target];
}

void CliffordFrame::cz(std::uint32_t first, std::uint32_t second) noexcept {
  x_images_[first] = x_images_[first] * z_images_[second];
  x_images_[second] = x_images_[second] * z_images_[first];
}

Pauli CliffordFrame::image(const Pauli& pauli) const noexcept {
  Pauli result{0, 0, pauli.phase};
  for (std::size_t qubit = 0; qubit < x_images_.size(); ++qubit)
    if (pauli.x >> qubit & 1) result = result * x_images_[qubit];
  for (std::size_t qubit = 0; qubit < z_images_.size(); ++qubit)
    if (pauli.z >> qubit & 1) result = result * z_images_[qubit];
  return result;
}

}  // namespace tacit::quantum_sim
