#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "quantum_sim/circuit/gate.h"

namespace tacit::quantum_sim::openqasm {

/// A gate that needs no definition in the file.
struct StandardGate {
  std::uint32_t parameters;
  std::uint32_t qubits;
  bool built_in;  ///< known without include
};

/// What a standard gate stands for: gates in order, times exp(i phase) of every one of the phases. A phase is seen only
/// under a control.
struct Expansion {
  std::vector<Gate> gates;
  std::vector<Angle> phases;
};

/// By name. U of version 3, and everything in stdgates.inc and qelib1.inc; beyond the two:
/// sxdg, cs, csdg, csx, ccz, rxx, ryy, rzz, rzx, iswap.
std::optional<StandardGate> find_standard_gate(std::string_view name, int version);

/// `angles` and `qubits` as many as the gate takes.
Expansion expand_standard_gate(std::string_view name, std::span<const Angle> angles,
                               std::span<const std::uint32_t> qubits);

/// Gates that undo this one, in order. Unitary kinds only.
std::vector<Gate> inverse_of(const Gate& gate);

/// The power U^k = exp(k log U) of U = exp(i phase) gate, a gate on one qubit without controls whose angles are all
/// constant, by the principal logarithm: eigenvalues exp(i a) with a in (-pi, pi] become exp(i k a).
Gate power_of(const Gate& gate, double phase, double exponent);

}  // namespace tacit::quantum_sim::openqasm
