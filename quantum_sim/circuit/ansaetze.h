#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "quantum_sim/circuit/circuit.h"

namespace tacit::quantum_sim {

// Each appends `layers` layers over all qubits of the circuit, with parameters from first_parameter on, and returns the
// next free index. "Bonds" are the pairs (q, q + 1), with (n - 1, 0) too where the boundary is periodic and n > 2.

enum class Entangler : std::uint8_t { cnot_chain, cnot_ring };
enum class Boundary : std::uint8_t { open, periodic };

/// Hardware-efficient (Kandala et al., arXiv 1704.05018; as in Kumar et al., arXiv 2309.13002, Eq. 17): [R_Y R_Z on
/// every qubit, then the entangler]. 2 n parameters a layer, ordered qubit, (y, z).
std::uint32_t append_hardware_efficient(Circuit& circuit, std::uint32_t layers, Entangler entangler,
                                        std::uint32_t first_parameter = 0);

/// Strongly entangling (Schuld, Bocharov, Svore, Wiebe, arXiv 1804.00633): [R_Z(a) then R_Y(b) then R_Z(c) on
/// every qubit, then CNOT from each qubit q to q + r modulo n], with range r = 1 + layer modulo (n - 1). 3 n parameters
/// a layer, ordered qubit, (a, b, c). On one qubit there is no CNOT.
std::uint32_t append_strongly_entangling(Circuit& circuit, std::uint32_t layers, std::uint32_t first_parameter = 0);

/// How many parameters a layer of a Hamiltonian's terms has.
enum class Sharing : std::uint8_t {
  per_group,  ///< one a group of terms: the Hamiltonian variational ansatz
  per_term    ///< one a rotation
};

/// Transverse-field Ising, H = -J sum Z Z - h sum X (Hamiltonian variational ansatz: Wecker, Hastings, Troyer, arXiv
/// 1507.08969; for this model Wiersema et al., arXiv 2008.02941): [exp(-i a Z Z / 2) on all bonds, then exp(-i
/// b X / 2) on all qubits]. Parameters (a, b) a layer, or one a bond, then one a qubit.
std::uint32_t append_transverse_field_ising(Circuit& circuit, std::uint32_t layers,
                                            Sharing sharing = Sharing::per_group, Boundary boundary = Boundary::open,
                                            std::uint32_t first_parameter = 0);

/// XXZ chain, H = sum X X + Y Y + delta Z Z (ibid.): first on the bonds that start at odd qubits, then at even
/// ones, [exp(-i a Z Z / 2) on all of them, then exp(-i b (X X + Y Y) / 2)]. Parameters (a, b) of odd, then of even
/// bonds, or for each of these sets one a bond for Z Z, then one a bond for X X + Y Y.
std::uint32_t append_xxz(Circuit& circuit, std::uint32_t layers, Sharing sharing = Sharing::per_group,
                         Boundary boundary = Boundary::open, std::uint32_t first_parameter = 0);

/// Matchgates (Jozsa and Miyake, arXiv 0804.4050): on the bonds that start at even qubits, then at odd ones, an
/// arbitrary nearest-neighbour matchgate [R_Z on both, R_XX, R_YY, R_Z on both]: free fermions. 6 parameters a brick,
/// in that order; the lower qubit first.
std::uint32_t append_matchgates(Circuit& circuit, std::uint32_t layers, std::uint32_t first_parameter = 0);

/// Bricks of SU(4): on the bonds that start at even qubits, then at odd ones, an arbitrary two-qubit gate in Cartan's
/// form (Khaneja and Glaser, quant-ph/0010100; Vatan and Williams, quant-ph/0308006): [R_Z R_Y R_Z on both; R_XX, R_YY,
/// R_ZZ; R_Z R_Y R_Z on both]. 15 parameters a brick, in that order; the lower qubit first.
std::uint32_t append_su4_bricks(Circuit& circuit, std::uint32_t layers, std::uint32_t first_parameter = 0);

/// exp(-i theta P / 2) for each Pauli string in turn, each with a parameter of its own; letters I, X, Y, Z, the first
/// for qubit 0. Throws Error(usage) on a string that does not fit, and leaves the circuit as it was.
std::uint32_t append_pauli_rotations(Circuit& circuit, std::uint32_t layers, const std::vector<std::string>& strings,
                                     std::uint32_t first_parameter = 0);

}  // namespace tacit::quantum_sim
