#pragma once

#include <cstddef>
#include <cstdint>

#include "quantum_sim/circuit/gate.h"

namespace tacit::quantum_sim {

/// Throws Error(usage) that names gate and position unless the gate fits a circuit of that many qubits.
void require_valid(const Gate& gate, std::size_t position, std::uint32_t qubits);

}  // namespace tacit::quantum_sim
