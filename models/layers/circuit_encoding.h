#pragma once

#include <cstddef>
#include <cstdint>

#include "core/config.h"
#include "quantum_sim/circuit/encodings.h"

namespace tacit::models {

/// Reads `encoding` and its keys (circuit_specification.h). Throws Error(configuration) with the place of the key, also
/// when the qubits are too few for the features.
quantum_sim::CircuitPart read_encoding(ConfigTable& table, std::size_t features, std::uint32_t qubits);

}  // namespace tacit::models
