#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "quantum_sim/dense_reference.h"
#include "quantum_sim/random_problem.h"

namespace tacit::quantum_sim::test {

/// A gate on all qubits, column by column from dense_state.
Matrix dense_gate(std::uint32_t qubits, const Gate& gate, std::span<const double> parameters,
                  std::span<const double> inputs);
/// `local` on targets (targets[0] the least significant bit of its index), the identity elsewhere.
Matrix embed(const Matrix& local, const std::vector<std::uint32_t>& targets, std::uint32_t qubits);
/// sum_k K rho K^dagger.
Matrix kraus_sum(const Matrix& rho, const std::vector<Matrix>& kraus, const std::vector<std::uint32_t>& targets,
                 std::uint32_t qubits);
Matrix pauli_matrix(std::uint64_t x_mask, std::uint64_t z_mask, std::uint32_t qubits);

Matrix random_matrix(RandomStream& stream, Eigen::Index size);
Matrix random_unitary(RandomStream& stream, Eigen::Index size);
Vector random_state(RandomStream& stream, std::uint32_t qubits);
std::vector<std::complex<double>> row_major(const Matrix& matrix);
Matrix from_row_major(std::span<const std::complex<double>> values);

/// Every unitary kind of gate, with up to two controls.
Circuit random_circuit_of_all_gates(std::uint64_t seed, std::uint32_t qubits, std::size_t gates);
std::vector<std::uint32_t> random_qubits(RandomStream& stream, std::uint32_t qubits, std::size_t count);

}  // namespace tacit::quantum_sim::test
