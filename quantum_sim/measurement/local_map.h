#pragma once

#include <complex>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "quantum_sim/circuit/circuit.h"
#include "quantum_sim/circuit/pauli.h"

namespace tacit::quantum_sim {

/// A linear map on a few qubits of a state, every number known; not necessarily unitary. A gate becomes one when its
/// angles get values; Kraus operators and superoperators are ones from the start.
struct LocalMap {
  static constexpr std::size_t max_matrix_targets = 6;
  enum class Form : std::uint8_t {
    matrix,    ///< entries: 2^k x 2^k, row-major, on 1 to 6 targets
    diagonal,  ///< entries: 2^k
    pauli      ///< entries: {a, b}, the map a + b P
  };
  Form form = Form::matrix;
  std::vector<std::uint32_t> targets = {};  ///< targets[0] is the least significant bit of the local index
  std::uint64_t controls = 0;               ///< it acts where all qubits of this mask are 1
  std::vector<std::complex<double>> entries = {};
  Pauli pauli = {};
};

/// The gate with its angles' values. Throws Error(usage) that names the gate unless it is unitary and its angles are
/// finite.
LocalMap bound_gate(const Gate& gate, std::size_t position, std::span<const double> parameters,
                    std::span<const double> inputs);

/// Its derivative by each of its angles, in their order, under the same controls: zero where these are not met.
std::vector<LocalMap> bound_gate_derivatives(const Gate& gate, std::size_t position, std::span<const double> parameters,
                                             std::span<const double> inputs);

/// The adjoint of the map.
LocalMap adjoint(LocalMap map);

/// The same map with its qubits renumbered: qubit q becomes q + offset, and every entry its complex conjugate. What a
/// gate does to the bra side of a density matrix whose ket side it acts on.
LocalMap conjugated(LocalMap map, std::uint32_t offset);

}  // namespace tacit::quantum_sim
