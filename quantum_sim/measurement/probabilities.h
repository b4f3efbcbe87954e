#pragma once

#include <complex>
#include <cstdint>
#include <span>
#include <vector>

namespace tacit::quantum_sim {

/// |psi_j|^2 for every basis state j: 2^n numbers. Throws Error(resource) if they do not fit into memory.
template <class T>
std::vector<double> probabilities(std::span<const std::complex<T>> state);

/// Of the outcomes of some qubits alone, summed over the others: 2^k numbers, bit i of the index is qubits[i]. Throws
/// Error(usage) on a qubit out of range or named twice.
template <class T>
std::vector<double> probabilities(std::span<const std::complex<T>> state, std::span<const std::uint32_t> qubits);

/// The same of a distribution over all 2^n outcomes.
std::vector<double> marginal(std::span<const double> probabilities, std::span<const std::uint32_t> qubits);

/// The bits of `outcome` at `qubits`: bit i of the result is qubit qubits[i].
std::uint64_t extract_bits(std::uint64_t outcome, std::span<const std::uint32_t> qubits) noexcept;

/// Throws Error(usage) that names `what` on a qubit out of range or named twice.
void require_distinct(const char* what, std::span<const std::uint32_t> chosen, std::uint32_t qubits);

}  // namespace tacit::quantum_sim
