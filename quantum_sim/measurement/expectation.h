#pragma once

#include <complex>
#include <cstdint>
#include <span>

#include "quantum_sim/circuit/observable.h"

namespace tacit::quantum_sim {

/// |bits><bits| on the qubits of `mask`, the identity elsewhere: the probability to read `bits` there.
struct Projector {
  std::uint64_t mask = 0;
  std::uint64_t bits = 0;  ///< within the mask
};

/// Throws Error(usage) that names the term if it touches a qubit out of range or its coefficient is not finite.
void require_observable(const Observable& observable, std::uint32_t qubits);

/// The number of qubits of a state vector. Throws Error(usage) unless it holds 2^n amplitudes, n from 1 to
/// max_state_qubits.
std::uint32_t qubits_of(std::size_t amplitudes);

/// <psi| P |psi>, P = the term without its coefficient; real, as P is Hermitian. The state has 2^n amplitudes, qubit 0
/// the least significant bit of the index. T is float or double; sums are in double.
template <class T>
double expectation(std::span<const std::complex<T>> state, const PauliTerm& term);
/// <psi| sum_t c_t P_t |psi>.
template <class T>
double expectation(std::span<const std::complex<T>> state, const Observable& observable);
template <class T>
double expectation(std::span<const std::complex<T>> state, const Projector& projector);

/// |<phi|psi>|^2: the expectation of the projector onto another state of equally many qubits.
template <class T>
double overlap(std::span<const std::complex<T>> state, std::span<const std::complex<T>> other);

/// prod_q (1 +- Z_q)/2, multiplied out: 2^w strings for w qubits of the mask, at most 16; for engines that take Pauli
/// sums only.
Observable to_observable(const Projector& projector);

}  // namespace tacit::quantum_sim
