#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "quantum_sim/circuit/circuit.h"
#include "quantum_sim/circuit/draw_labels.h"

namespace tacit::quantum_sim {

/// What a gate shows on one of its qubits.
struct DrawnPart {
  enum class Kind : std::uint8_t {
    box,       ///< a box with the label
    control,   ///< a filled dot
    exchange,  ///< a cross, one end of a SWAP
    not_gate   ///< a circle with a plus
  };
  Kind kind = Kind::box;
  std::uint32_t qubit = 0;
  std::string label = {};
};

/// A gate in its column. Parts are ordered by qubit; those of one gate are joined by a line.
struct DrawnGate {
  std::size_t column = 0;
  std::vector<DrawnPart> parts;
  bool reads_inputs = false;
  bool reads_parameters = false;
};

/// Gates moved to the first column that is free on every qubit from their first to their last.
///
/// A rotation about several letters is one box a letter, the angle in the first. Boxes of a matrix on several qubits
/// carry the number of the bit of its index. Amplitude encoding is a gate on all qubits, in front.
struct DrawingLayout {
  std::size_t columns = 0;
  std::vector<DrawnGate> gates;  ///< ordered by column
};

/// More are not drawn: nobody reads them.
inline constexpr std::size_t max_drawn_gates = 20'000;

/// Throws Error(usage) on more than max_drawn_gates gates.
DrawingLayout lay_out(const Circuit& circuit, Spelling spelling);

/// Splits columns of these widths into blocks that are each at most `available` wide, or one column; returns the first
/// column of every block, and the end.
std::vector<std::size_t> wrap_columns(const std::vector<std::size_t>& widths, std::size_t available);

}  // namespace tacit::quantum_sim
