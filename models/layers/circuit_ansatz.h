#pragma once

#include <cstdint>
#include <functional>

#include "core/config.h"
#include "quantum_sim/circuit/encodings.h"

namespace tacit::models {

/// The trainable layers that a table asks for.
struct Ansatz {
  std::uint32_t layers = 1;
  /// Appends so many of them: of one layer the size of all can be told before they are made.
  std::function<quantum_sim::CircuitPart(std::uint32_t layers)> with_layers;

  quantum_sim::CircuitPart whole() const { return with_layers(layers); }
};

/// Reads `ansatz`, `layers` and the ansatz's keys (circuit_specification.h). Throws Error(configuration) with the place
/// of the key.
Ansatz read_ansatz(ConfigTable& table, std::uint32_t qubits);

}  // namespace tacit::models
