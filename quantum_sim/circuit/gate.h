#pragma once

#include <complex>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "quantum_sim/circuit/angle.h"

namespace tacit::quantum_sim {

/// Conventions: qubit 0 is the least significant bit of a basis index; R_P(angle) = exp(-i angle P / 2). Of a gate on
/// several targets, targets[0] is the least significant bit of the local index.
enum class GateKind : std::uint8_t {
  // One qubit, fixed.
  identity,
  x,
  y,
  z,
  h,
  s,
  s_dagger,
  t,
  t_dagger,
  sqrt_x,         ///< (1/2) [[1+i, 1-i], [1-i, 1+i]]
  sqrt_x_dagger,  ///< its inverse
  // One qubit, angles.
  rx,
  ry,
  rz,
  phase,      ///< diag(1, exp(i angle))
  universal,  ///< U(theta, phi, lambda) of OpenQASM 3: [[cos, -e^{i lambda} sin], [e^{i phi} sin, e^{i(phi+lambda)}
              ///< cos]]
              ///< of theta/2
  // Two qubits, fixed.
  swap,
  iswap,  ///< swap, and i on |01> and |10>
  // Any number of qubits.
  pauli_rotation,  ///< exp(-i angle P / 2), P = x_mask, z_mask over all qubits
  unitary,         ///< a matrix
  diagonal,        ///< the diagonal of a matrix
  // Not unitary: for sampling only.
  measure,  ///< Z measurement into a classical bit
  reset     ///< to |0>
};

struct Gate {
  GateKind kind = GateKind::identity;
  std::vector<std::uint32_t> targets;
  /// The gate acts where all of these are 1. Any number, on every unitary kind. CNOT is x with one control.
  std::vector<std::uint32_t> controls = {};
  /// universal: theta, phi, lambda; rotations and phase: one; else none.
  std::vector<Angle> angles = {};
  /// pauli_rotation: bit q says that qubit q carries X (Z); both mean Y. targets lists the qubits, ascending.
  std::uint64_t x_mask = 0, z_mask = 0;
  /// unitary: 2^k x 2^k, row-major; diagonal: 2^k. Shared, as circuits are copied.
  std::shared_ptr<const std::vector<std::complex<double>>> matrix = {};
  std::uint32_t classical_bit = 0;  ///< measure only
};

/// Angles that a gate of this kind takes.
std::size_t angle_count(GateKind kind) noexcept;
bool is_unitary(GateKind kind) noexcept;

/// "X", "H", "R_X", "P", "U", "SWAP", ...; without controls.
const char* to_string(GateKind kind) noexcept;
/// With controls and Pauli string: "CNOT", "CZ", "C2-R_X", "R_XZ".
std::string name(const Gate& gate);
/// How messages name a gate: "gate 3 (R_Y on qubit 1)", "gate 4 (CNOT from qubit 0 to qubit 1)", "gate 5 (C2-X from
/// qubits 0, 1 to qubit 2)".
std::string describe(const Gate& gate, std::size_t position);

}  // namespace tacit::quantum_sim
