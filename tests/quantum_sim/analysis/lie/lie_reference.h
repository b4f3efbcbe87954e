#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/random.h"
#include "quantum_sim/analysis/lie/pauli_string_sum.h"
#include "quantum_sim/dense_reference.h"

namespace tacit::quantum_sim::test {

/// 2^n x 2^n, from Kronecker products.
Matrix dense(const PauliSum& sum);

/// The Lie algebra of i H over dense matrices, in floating point: an orthonormal basis of anti-Hermitian matrices under
/// the real trace product. Brackets that are dependent to 1e-9 are.
std::vector<Matrix> dense_lie_algebra(const std::vector<PauliSum>& generators);
/// Elements of that algebra that commute with all of it.
std::size_t dense_centre_dimension(const std::vector<Matrix>& basis);
/// Simple ideals: the dimension of the linear maps of [g, g] into itself that commute with all brackets (a compact
/// simple algebra has only multiples of the identity).
std::size_t dense_simple_ideals(const std::vector<Matrix>& basis);

/// "XZ" on qubits first, first + 1 of n, and so on; wraps around.
PauliString placed(std::uint32_t qubits, const std::string& letters, std::uint32_t first);
/// The string at every place of an open chain or of a ring.
std::vector<PauliSum> chain(std::uint32_t qubits, const std::string& letters, bool is_ring = false);
/// Their sum.
PauliSum chain_sum(std::uint32_t qubits, const std::string& letters, bool is_ring = false);
std::vector<PauliSum> joined(std::vector<PauliSum> left, const std::vector<PauliSum>& right);

PauliString random_string(RandomStream& stream, std::uint32_t qubits);

}  // namespace tacit::quantum_sim::test
