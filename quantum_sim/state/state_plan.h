#pragma once

#include <cstdint>
#include <vector>

#include "quantum_sim/circuit/circuit.h"
#include "quantum_sim/compile/controlled_rows.h"
#include "quantum_sim/compile/pauli_rotations.h"
#include "quantum_sim/state/block_controls.h"

namespace tacit::quantum_sim {

// How one large state is laid out and swept.
//
// The index of an amplitude has `dimension` bits: the low ones, `lane_bits`, choose a lane of a vector, the others a
// row of memory (a vector of real parts, then one of imaginary parts). A pass treats the state in blocks: a block is a
// coset of rows, y ^ v_0^c_0 ^ v_1^c_1 ..., with directions v_j that the pass's rotations want, so that whatever rows a
// rotation pairs lie in one block. A block is copied into a buffer in the first-level cache, where its row c is
// y ^ (the v_j of c's bits), lanes exchanged by the lane part of that; so a rotation along v_j pairs whole vectors
// there. All rotations of the pass are done in the buffer, two directions and up to four rotations a visit, and it is
// copied back. What is not yet reached by any rotation is zero and is neither read nor visited.

inline constexpr std::uint32_t no_rotation = 0xffffffffu;
inline constexpr std::uint32_t no_controls = 0xffffffffu;

/// One rotation, in the index of the state and in the coordinates of its pass. It maps psi(y) to
/// psi(y) + t c(y) g psi(y ^ flip), up to a factor: c(y) = (-1)^parity(y & sign), g = -1 if real, -i otherwise.
struct PlannedRotation {
  std::uint32_t source;               ///< index into RotationForm::rotations
  bool real;                          ///< else imaginary
  std::uint32_t flip, sign;           ///< over the index
  std::uint32_t row_flip, lane_flip;  ///< in the block's coordinates
  std::uint32_t row_sign, lane_sign;
  /// If there are any, independent ones over the index: it acts only where all are met, and without the factor.
  std::vector<RowCondition> controls;
  std::uint32_t block_controls = no_controls;  ///< into Pass::controls

  bool is_controlled() const noexcept { return !controls.empty(); }
};

/// One walk over the rows of a block. Numbers of rotations count within the pass.
struct BlockVisit {
  enum class Kind : std::uint8_t {
    uniform,    ///< four rows at a time, whose signs follow from a row's role among the four
    rows,       ///< four rows at a time, anything else
    lanes,      ///< row by row: flips and signs within the vector, and phases
    controlled  ///< pairs of rows that meet the controls of one rotation, the first of `count`
  };
  Kind kind = Kind::uniform;
  bool first_real = false, second_real = false, has_phases = false, exchanges_lanes = false;
  std::uint32_t first_flip = 0, second_flip = 0;    ///< the rows that go together: row, ^ first, ^ second, ^ both
  std::uint32_t first_lanes = 0, second_lanes = 0;  ///< exchanged between a row and its partner along each
  std::uint32_t low_pivot = 0, high_pivot = 0;      ///< bit numbers: rows with zeros there begin a group
  /// uniform: a group's first row is that with even parity under both, of rotation and phase along either flip.
  std::uint32_t first_role = 0, second_role = 0;
  /// In order of application: rotation along the first flip, phase, rotation along the second, phase; or no_rotation.
  std::uint32_t rotations[4] = {no_rotation, no_rotation, no_rotation, no_rotation};
  std::uint32_t first_rotation = 0, count = 0;  ///< of kinds lanes and controlled
  std::uint32_t row_bits = 0;                   ///< rows from 2^row_bits on are zero before and after
};

/// Where a block's row lies.
struct RowPlace {
  std::uint32_t row;    ///< XOR with the block's first row
  std::uint16_t lanes;  ///< lanes are exchanged by XOR with this
  std::uint16_t fresh;  ///< 1: zero before the pass
};

struct Pass {
  std::vector<std::uint32_t> directions;  ///< v_j, over the index
  std::vector<std::uint32_t> outer;       ///< rows whose XORs are the first rows of all blocks
  std::vector<RowPlace> places;           ///< [2^directions]
  bool exchanges_lanes = false;           ///< some place does
  std::uint32_t first_rotation = 0;       ///< into StatePlan::rotations
  std::uint32_t rotation_count = 0;
  std::vector<BlockVisit> visits;
  std::vector<BlockControls> controls;  ///< of the controlled rotations among them

  std::size_t rows() const noexcept { return places.size(); }
  std::size_t blocks() const noexcept { return std::size_t{1} << outer.size(); }
};

/// A Pauli string of an observable over the layout that the last pass leaves: as MeasuredTerm, in row and lane parts.
struct PlannedString {
  std::uint32_t row_flip, lane_flip, row_sign, lane_sign;
  bool imaginary;
  double coefficient;
  std::uint32_t output;
  std::uint32_t flip, sign;  ///< over the index
};

struct PlanLimits {
  std::uint32_t lane_bits = 0;       ///< of the instruction set's vectors
  std::uint32_t block_row_bits = 0;  ///< of a block's rows; 0 means what suits the size of the state
};

struct StatePlan {
  std::uint32_t lane_bits = 0, row_bits = 0;
  std::uint32_t outputs = 0;
  /// The state starts from index r = x_r / ||x|| for r < encoded_amplitudes; if that is zero, from index 0 = 1.
  std::size_t encoded_amplitudes = 0;
  /// One block: it stays in the buffers, and each pass moves it from the layout of the pass before into its own.
  bool single_block = false;
  std::vector<Pass> passes;
  std::vector<PlannedRotation> rotations;  ///< in order of application
  std::vector<PlannedString> measured;
  std::vector<std::uint64_t> basis;     ///< index y is the basis state that is the XOR of these of its bits
  std::vector<std::uint32_t> unmoving;  ///< rotations of the form, by source, that are a factor exp(-i angle / 2)

  std::size_t rows() const noexcept { return std::size_t{1} << row_bits; }
  /// The index of lane 0 of a row as the last pass leaves it.
  std::uint32_t final_index(std::size_t row) const noexcept;
};

/// Controls of `form` must be diagonal (make_controls_diagonal).
StatePlan plan_state(const RotationForm& form, std::uint32_t outputs, const PlanLimits& limits);

}  // namespace tacit::quantum_sim
