#pragma once

#include <cstdint>
#include <vector>

#include "quantum_sim/compile/program.h"

namespace tacit::quantum_sim {

/// A rotation over all rows in use that neither grows the state nor has a phase attached.
bool is_plain(const Sweep& sweep);
/// What tells the first row of a plain rotation's pairs; an imaginary one does not mind.
std::uint32_t plain_role(const Sweep& sweep);
/// Whether two plain rotations leave each other's pairs and signs alone, so that they commute.
bool leave_alone(const Sweep& one, const Sweep& other);

/// Consecutive plain rotations [first_rotation, end) that leave each other alone, over all rows of the program, and the
/// diagonal right before them, if first_sweep < first_rotation.
///
/// If the state behind such a layer is kept, the way back reads it instead of undoing psi: all the layer's gradients
/// are taken there, where lambda arrives, and only lambda goes back through the layer.
struct CommutingLayer {
  std::uint32_t first_sweep, first_rotation, end;
};

/// The layers with most sweeps, in order of the program, at most as many as states of `most_rows` rows altogether.
std::vector<CommutingLayer> layers_to_keep(const Program& program, std::size_t most_rows);

}  // namespace tacit::quantum_sim
