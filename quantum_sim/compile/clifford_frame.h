#pragma once

#include <cstdint>
#include <vector>

#include "quantum_sim/circuit/pauli.h"

namespace tacit::quantum_sim {

/// The Clifford gate exp(-i quarters (pi/4) P): a rotation about P by a multiple of pi/2. Every Clifford gate is a
/// product of these and a phase. quarters is 0..3.
struct CliffordTurn {
  Pauli pauli;
  std::uint32_t quarters;
};

/// G^dagger P G for the turn G. Of a P that does not commute with G's string Q: -i P Q, -P, i P Q for 1, 2, 3 quarters.
constexpr Pauli conjugated(const Pauli& pauli, const CliffordTurn& turn) noexcept {
  if (turn.quarters == 0 || commute(pauli, turn.pauli)) return pauli;
  Pauli result = turn.quarters == 2 ? pauli : pauli * turn.pauli;
  result.phase = (result.phase + 4 - turn.quarters) & 3u;
  return result;
}

/// The turn G with G string G^dagger = +-Z_b, b the lowest qubit of the string's X part, which must not be empty: one
/// quarter about +-i string Z_b. It leaves every Z string alone that commutes with `string`.
CliffordTurn diagonalising_turn(const Pauli& string) noexcept;

/// The index frame: what the Clifford gates so far, C, do to Pauli strings, P -> C^dagger P C.
///
/// A circuit is C times Pauli rotations, because exp(-i a P / 2) C = C exp(-i a (C^dagger P C) / 2). So Clifford gates
/// never touch an amplitude: each costs a few products of masks here, and rotations and observables are mapped through
/// the frame that holds where they stand. The X part of an image is the row mask (which rows a rotation pairs), the Z
/// part the parity mask (which sign or role a row has).
class CliffordFrame {
 public:
  explicit CliffordFrame(std::uint32_t qubits);
  /// A gate G after all of C: C becomes G C.
  void append(const CliffordTurn& turn);
  /// A gate G before all of C, so in the coordinates of the images: C becomes C G.
  void prepend(const CliffordTurn& turn);
  Pauli image(const Pauli& pauli) const noexcept;
  std::uint32_t qubits() const noexcept { return static_cast<std::uint32_t>(x_images_.size()); }
  /// C as a product of turns, in order of application.
  std::vector<CliffordTurn> turns() const;

 private:
  std::vector<Pauli> x_images_, z_images_;
  std::vector<CliffordTurn> appended_, prepended_;
};

}  // namespace tacit::quantum_sim
