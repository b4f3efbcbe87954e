#pragma once

#include "quantum_sim/compile/program.h"

namespace tacit::quantum_sim {

/// Takes phases that all samples share out of the sweeps they are attached to, where several of them can be one
/// diagonal.
///
/// A phase may move past every rotation that it commutes with, so it has an interval of places; a diagonal goes to the
/// last place of the interval that ends first and takes in every phase whose interval holds that place. A diagonal
/// costs one factor a row, attached phases one a pair each, so fewer than three are left where they are. Only sweeps
/// over all rows count: those before are cheap.
void gather_diagonals(Program& program);

}  // namespace tacit::quantum_sim
