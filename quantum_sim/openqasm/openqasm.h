#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "quantum_sim/circuit/circuit.h"

namespace tacit::quantum_sim {

/// A circuit read from OpenQASM, and what its indices are called in the file.
struct OpenQasmCircuit {
  int version = 3;
  Circuit circuit;
  std::vector<std::string> parameters;  ///< name of theta_k, "weights[2]"; also of those that no gate uses
  std::vector<std::string> inputs;      ///< name of x_j
  std::vector<std::string> qubits;      ///< name of qubit q, "q[0]"
};

/// Reads the unitary subset of OpenQASM 2 (Cross et al., arXiv 1707.03429) and 3 (Cross et al., ACM Trans. Quantum
/// Comput. 3, 12 (2022); specification 3.1), with measurement and reset; docs/circuits.md lists it. Qubits are numbered
/// in the order of declaration, q[0] of the first register is qubit 0.
///
/// An `input` of version 3 is a free value. It is an input x_j of a sample if the line above says @tacit.input, a
/// parameter theta_k if it says @tacit.parameter; without either, if its name is `inputs`, x, or x followed by
/// digits or _. Indices count up in the order of declaration, arrays element by element. A global phase without
/// controls is dropped.
///
/// Throws Error(data) "ORIGIN:LINE:COLUMN: ..." on everything else, and on whatever exceeds the limits in
/// openqasm/limits.h; nothing crashes on any bytes.
OpenQasmCircuit import_openqasm(std::string_view text, const std::string& origin = "OpenQASM");
/// Also throws Error(io) if the file cannot be read.
OpenQasmCircuit read_openqasm(const std::filesystem::path& file);

/// OpenQASM 3 with `input array[float[64], P] theta` and `... inputs`, marked as above, so that reading it gives the
/// same circuit up to a global phase. Numbers are the shortest that read back to the same bits; matrices on several
/// qubits become rotations about Pauli strings. Throws Error(usage) on amplitude encoding, which OpenQASM cannot say.
std::string export_openqasm3(const Circuit& circuit);

/// OpenQASM 2, which has no free values: those of the circuit take these. Throws Error(usage) if there are too few of
/// them, and on a gate with more controls than qelib1.inc has a gate for.
std::string export_openqasm2(const Circuit& circuit, std::span<const double> parameters = {},
                             std::span<const double> inputs = {});

}  // namespace tacit::quantum_sim
