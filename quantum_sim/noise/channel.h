#pragma once

#include <complex>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "quantum_sim/circuit/pauli.h"
#include "quantum_sim/measurement/local_map.h"

namespace tacit::quantum_sim {

/// A quantum channel on k qubits, rho -> sum_i K_i rho K_i^dagger with sum_i K_i^dagger K_i = 1 (Kraus form; Nielsen
/// and Chuang 2010, section 8.2.3). A value: copies share nothing but are equal.
///
/// Knows what trajectories profit from: whether it is a mixture of Pauli strings, whether its probabilities depend on
/// the state at all, and how unlikely it is to do anything but its first operator.
class Channel {
 public:
  static constexpr std::size_t max_qubits = 3;
  using Matrix = std::vector<std::complex<double>>;  ///< 2^k x 2^k, row-major, qubit 0 the least significant bit

  /// Throws Error(usage) that names `name` and the operator unless every one is a finite 2^k x 2^k matrix, k from 1 to
  /// 3, and sum K^dagger K = 1 to 1e-8 in every element (the message says by how much it is not). Operators that are
  /// zero are left out.
  Channel(std::string name, std::vector<Matrix> kraus);

  const std::string& name() const noexcept { return name_; }
  std::size_t qubits() const noexcept { return qubits_; }
  /// The most probable first: the one with the largest smallest eigenvalue of K^dagger K.
  std::span<const Matrix> kraus() const noexcept { return kraus_; }

  /// sum_i K_i (x) conj(K_i): 4^k x 4^k, row-major, on the index ket + (bra << k). A density matrix as a vector of 2n
  /// qubits goes through it like a state through a gate.
  const Matrix& superoperator() const noexcept { return superoperator_; }

  /// Every K is a multiple of a Pauli string: which, with what probability, in the order of kraus(). Bit i of the masks
  /// is the channel's qubit i.
  bool is_pauli_mixture() const noexcept { return !strings_.empty(); }
  std::span<const Pauli> strings() const noexcept { return strings_; }
  /// Every K^dagger K is a multiple of 1: operator i is taken with probability probabilities()[i], whatever the state.
  bool is_mixture() const noexcept { return !probabilities_.empty(); }
  std::span<const double> probabilities() const noexcept { return probabilities_; }

  /// K_i^dagger K_i.
  std::span<const Matrix> effects() const noexcept { return effects_; }
  /// Every effect is diagonal: probabilities follow from those of the qubits' bits.
  bool has_diagonal_effects() const noexcept { return has_diagonal_effects_; }
  /// No state makes another operator than the first more likely than this: 1 minus the smallest eigenvalue of its
  /// effect.
  double most_jumps() const noexcept { return most_jumps_; }
  /// The first operator is a multiple of the identity, so that taking it changes nothing.
  bool keeps_state() const noexcept { return keeps_state_; }

 private:
  void require_complete() const;
  void sort_operators();
  void recognise();
  void sum_superoperator();

  std::string name_;
  std::size_t qubits_ = 0;
  std::vector<Matrix> kraus_, effects_;
  Matrix superoperator_;
  std::vector<Pauli> strings_;
  std::vector<double> probabilities_;
  bool has_diagonal_effects_ = false, keeps_state_ = false;
  double most_jumps_ = 1;
};

}  // namespace tacit::quantum_sim
