#pragma once

#include <array>
#include <complex>
#include <cstdint>

#include "core/thread_pool.h"
#include "quantum_sim/noise/density_matrix.h"

namespace tacit::quantum_sim {

// Parts of <<left|M|right>> = Tr(left^dagger M(right)) that do not depend on M's numbers, so that the derivative by
// each of them costs nothing more. Sums in double, in an order that does not depend on the pool, which may be null.

/// R with <<left|M|right>> = sum_{a,b} M[a][b] R[a][b] for any superoperator M of one qubit, rows and columns on the
/// index ket + 2 bra: 4 x 4, row-major.
template <class T>
std::array<std::complex<double>, 16> local_overlap(const BasicDensityMatrix<T>& left,
                                                   const BasicDensityMatrix<T>& right, std::uint32_t qubit,
                                                   ThreadPool* pool);

/// The same for a matrix M on the kets' qubit alone, where all qubits of the mask `controls` are 1 in the ket; what is
/// zero elsewhere: 2 x 2.
template <class T>
std::array<std::complex<double>, 4> ket_overlap(const BasicDensityMatrix<T>& left, const BasicDensityMatrix<T>& right,
                                                std::uint32_t qubit, std::uint64_t controls, ThreadPool* pool);

/// Tr(left^dagger right) and Tr(left^dagger P right) over kets in which all qubits of `controls` are 1.
template <class T>
std::array<std::complex<double>, 2> pauli_overlap(const BasicDensityMatrix<T>& left, const BasicDensityMatrix<T>& right,
                                                  const Pauli& pauli, std::uint64_t controls, ThreadPool* pool);

}  // namespace tacit::quantum_sim
