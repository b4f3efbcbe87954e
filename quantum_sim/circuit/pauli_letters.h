#pragma once

#include <cstdint>
#include <string_view>

#include "quantum_sim/circuit/circuit.h"

namespace tacit::quantum_sim {

/// Throws Error(usage) unless `letters` are I, X, Y or Z, at most one a qubit, the first for qubit 0, and not all I.
void require_pauli_letters(std::string_view letters, std::uint32_t qubits);

/// exp(-i angle P / 2) about such a string.
void append_pauli_string(Circuit& circuit, std::string_view letters, const Angle& angle);

}  // namespace tacit::quantum_sim
