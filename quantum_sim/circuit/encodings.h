#pragma once

#include <cstdint>

#include "quantum_sim/circuit/circuit.h"

namespace tacit::quantum_sim {

enum class Axis : std::uint8_t { x, y, z };

/// Angle encoding: R_axis(scale * x_j) on qubit first_qubit + j, for j = 0..features-1.
void append_angle_encoding(Circuit& circuit, Axis axis, std::uint32_t features, double scale = 1,
                           std::uint32_t first_qubit = 0);

/// Fourier tower (Kumar et al., arXiv 2309.13002, Eq. 14-15): feature j on qubits j m .. j m + m - 1, the k-th of them
/// (k = 1..m) with R_X(base^(k-1) * gamma * x_j). base 5 is the paper's; 1 repeats, 2 binary, 3 ternary.
void append_fourier_tower(Circuit& circuit, std::uint32_t features, std::uint32_t qubits_per_feature, double base = 5,
                          double gamma = 1);

enum class Entangler : std::uint8_t { cnot_chain, cnot_ring };

/// Hardware-efficient ansatz (ibid., Eq. 17): `layers` times [R_Y R_Z on every qubit, then the entangler]. Uses
/// 2 * layers * qubits parameters from first_parameter on, ordered layer, qubit, (y, z). Returns the next free index.
std::uint32_t append_hardware_efficient(Circuit& circuit, std::uint32_t layers, Entangler entangler,
                                        std::uint32_t first_parameter = 0);

}  // namespace tacit::quantum_sim
