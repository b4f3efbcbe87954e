#pragma once

#include <cstdint>

#include "core/config.h"
#include "quantum_sim/circuit/encodings.h"

namespace tacit::models {

/// Reads `ansatz`, `layers` and the ansatz's keys (circuit_specification.h). Throws Error(configuration) with the place
/// of the key.
quantum_sim::CircuitPart read_ansatz(ConfigTable& table, std::uint32_t qubits);

}  // namespace tacit::models
