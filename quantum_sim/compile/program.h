#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "quantum_sim/circuit/circuit.h"
#include "quantum_sim/compile/controlled_rows.h"
#include "quantum_sim/compile/pauli_rotations.h"

namespace tacit::quantum_sim {

inline constexpr std::uint32_t no_slot = std::numeric_limits<std::uint32_t>::max();
inline constexpr std::uint32_t all_rows = std::numeric_limits<std::uint32_t>::max();

/// An angle of the program: offset + the sum of terms [first_term, end_term). A rotation about a string with X parts
/// needs cos and sin of half the angle; a rotation about Z parts alone is a phase exp(i angle) on half of the rows
/// (equal to exp(-i angle Z/2) up to a global phase, which no expectation value sees).
struct Slot {
  double offset = 0;
  std::uint32_t first_term = 0;
  std::uint32_t end_term = 0;
  bool is_phase = false;
  std::uint32_t lane_slot = no_slot;  ///< place among the slots that depend on inputs, so differ from sample to sample
};

/// One pass over the state. All masks are over row numbers.
///
/// A rotation pairs row a with b = a ^ flip; a is the row with parity(a & role) = 0. Its generator, -i P, takes
///   real:       a -> +b, b -> -a,   imaginary:  a -> -i b, b -> -i a,   each times (-1)^parity(a & sign).
/// An attached phase then multiplies every b. A sweep of kind `phase` has only that: rows with parity(row & role) = 1.
/// A sweep of kind `diagonal` multiplies every row by its own factor, the product of several phases.
/// A controlled rotation or phase (role 0 then) leaves the rows outside its controlled rows alone; it has no attached
/// phase and does not grow.
struct Sweep {
  enum class Kind : std::uint8_t { phase, real, imaginary, diagonal };
  Kind kind = Kind::phase;
  bool grows = false;           ///< every b was zero until now
  std::uint32_t dimension = 0;  ///< 2^dimension rows are in use after this sweep
  std::uint32_t flip = 0;
  std::uint32_t role = 0;
  std::uint32_t sign = 0;
  std::uint32_t rotation_slot = no_slot;
  std::uint32_t phase_slot = no_slot;
  std::uint32_t diagonal = 0;           ///< which of the program's, for that kind
  std::uint32_t controlled = all_rows;  ///< which of the program's controlled rows it is confined to

  bool is_controlled() const noexcept { return controlled != all_rows; }
};

/// Phases exp(i angle), each on the rows with parity(row & mask) = 1, none of which depends on inputs.
struct Diagonal {
  struct Phase {
    std::uint32_t mask, slot;
  };
  std::vector<Phase> phases;
};

/// A Pauli string of an observable over rows: P |j> = (imaginary ? i : 1) (-1)^parity(j & z) |j ^ x>.
struct MeasuredTerm {
  std::uint32_t x, z;
  bool imaginary;
  double coefficient;
  std::uint32_t output;
};

/// A circuit with its observables, compiled: a flat list of sweeps over 2^dimension rows. From row 0 = 1, or, if
/// encoded_amplitudes is not zero, from row r = x_r / ||x|| for r < encoded_amplitudes of 2^start_dimension rows.
struct Program {
  std::uint32_t dimension = 0;
  std::uint32_t start_dimension = 0;  ///< 2^start_dimension rows are in use before the first sweep
  std::size_t encoded_amplitudes = 0;
  std::uint32_t outputs = 0;
  std::uint32_t lane_slots = 0;
  std::vector<Slot> slots;
  std::vector<AngleTerm> terms;
  std::vector<Sweep> sweeps;
  std::vector<Diagonal> diagonals;  ///< none unless asked for, see gather_diagonals
  std::vector<ControlledRows> controlled;
  std::vector<MeasuredTerm> measured;

  std::size_t rows() const noexcept { return std::size_t{1} << dimension; }
  /// That a sweep reads.
  std::size_t rows_of(const Sweep& sweep) const noexcept {
    return std::size_t{1} << (sweep.is_controlled() ? controlled[sweep.controlled].steps.size() : sweep.dimension);
  }
};

/// Rotations with one control are taken apart, those with more become sweeps over their controlled rows. Throws
/// Error(usage) on an observable that touches a qubit out of range or has a coefficient that is not finite.
Program compile(const Circuit& circuit, const std::vector<Observable>& observables);

}  // namespace tacit::quantum_sim
