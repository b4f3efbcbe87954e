#pragma once

#include <cstddef>
#include <string>

#include "quantum_sim/circuit/circuit.h"

namespace tacit::quantum_sim {

/// "R_X", "R_Y", "R_Z", "CNOT" or "CZ".
const char* to_string(GateKind kind) noexcept;

/// How messages name a gate: "gate 3 (R_Y on qubit 1)", "gate 4 (CNOT from qubit 0 to qubit 1)".
std::string describe(const Gate& gate, std::size_t position);

}  // namespace tacit::quantum_sim
