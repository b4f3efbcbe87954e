#pragma once

#include <cstdint>
#include <vector>

#include "quantum_sim/circuit/pauli.h"

namespace tacit::quantum_sim {

/// The index frame: what the Clifford gates so far, C, do to Pauli strings, P -> C^dagger P C.
///
/// A circuit is C times Pauli rotations, because exp(-i a P / 2) C = C exp(-i a (C^dagger P C) / 2). So CNOT and CZ
/// never touch an amplitude: each costs one or two products of masks here, and rotations and observables are mapped
/// through the frame that holds where they stand. The X part of an image is the row mask (which rows a rotation pairs),
/// the Z part the parity mask (which sign or role a row has).
class CliffordFrame {
 public:
  explicit CliffordFrame(std::uint32_t qubits);
  void cnot(std::uint32_t control, std::uint32_t target) noexcept;
  void cz(std::uint32_t first, std::uint32_t second) noexcept;
  Pauli image(const Pauli& pauli) const noexcept;

 private:
  std::vector<Pauli> x_images_, z_images_;
};

}  // namespace tacit::quantum_sim
