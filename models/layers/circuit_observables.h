#pragma once

#include <cstdint>
#include <vector>

#include "core/config.h"
#include "quantum_sim/circuit/observable.h"

namespace tacit::models {

/// Reads `observables` and its keys (circuit_specification.h). Throws Error(configuration) with the place of the key.
std::vector<quantum_sim::Observable> read_observables(ConfigTable& table, std::uint32_t qubits);

}  // namespace tacit::models
