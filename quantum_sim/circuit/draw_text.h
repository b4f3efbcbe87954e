#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "quantum_sim/circuit/circuit.h"

namespace tacit::quantum_sim {

/// The circuit in characters: one line a qubit, qubit 0 on top, a line between two qubits for what joins them. Drawings
/// wider than `width` characters go on below; >> and << stand where the lines were cut. `names` of the qubits, "q0"
/// where there are none. Throws Error(usage) on more gates than one can read (draw_layout.h).
std::string draw_text(const Circuit& circuit, std::size_t width = 120, const std::vector<std::string>& names = {});

}  // namespace tacit::quantum_sim
