#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "quantum_sim/circuit/ansaetze.h"
#include "quantum_sim/circuit/observable.h"

namespace tacit::quantum_sim {

/// factor * sum of Z over qubits 0 .. qubits-1; factor 1/qubits is their mean.
Observable sum_of_z(std::uint32_t qubits, double factor = 1);

/// -coupling * sum over bonds Z Z - field * sum over qubits X.
Observable ising_energy(std::uint32_t qubits, double coupling, double field, Boundary boundary = Boundary::open);

/// Sum over bonds of X X + Y Y + delta Z Z.
Observable xxz_energy(std::uint32_t qubits, double delta, Boundary boundary = Boundary::open);

/// The projector |b><b| on some qubits, bits[i] the bit of qubits[i]: the probability of finding these bits. It is the
/// sum of all 2^k Z strings on them over 2^k, so for few qubits only: Error(usage) above 12, or on a qubit named twice.
/// Probabilities of many qubits are read off the state.
Observable projector(const std::vector<std::uint32_t>& qubits, std::uint64_t bits);

/// "0.5 X0 Z3 - Y1 + 2 - 1e-3 Z2": terms with + or - between them, each a coefficient (1 if left out) and letters X, Y
/// or Z followed by a qubit; a coefficient alone is a multiple of the identity. Throws Error(usage) that names the
/// column and what was expected there; coefficients must be finite, qubits below 64 and different within a term.
Observable parse_observable(std::string_view text);

/// What parse_observable reads back as the same observable; "0" if it has no terms.
std::string to_text(const Observable& observable);

}  // namespace tacit::quantum_sim
