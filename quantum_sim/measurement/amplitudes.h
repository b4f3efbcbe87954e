#pragma once

#include <array>
#include <complex>
#include <cstddef>
#include <cstdint>
#include <span>

#include "core/thread_pool.h"
#include "quantum_sim/circuit/pauli.h"
#include "quantum_sim/measurement/local_map.h"
#include "quantum_sim/memory.h"

namespace tacit::quantum_sim {

/// A state vector that sees its gates one by one: for noise, measurement and reset in the middle of a circuit, which
/// the engines of expectation values refuse, and for density matrices (as vectors of twice the qubits). Amplitudes need
/// not be normalised: what is said of probabilities counts weights |psi_j|^2 as they are.
///
/// Nothing allocates once it is built. T is float or double; sums are in double. Results do not depend on the pool.
template <class T>
class Amplitudes {
 public:
  /// In |0...0>. Large states are worked on by the pool, if given, which must live as long. Throws Error(usage) on more
  /// than max_state_qubits qubits, Error(resource) if the state does not fit into memory.
  explicit Amplitudes(std::uint32_t qubits, ThreadPool* pool = nullptr);

  std::uint32_t qubits() const noexcept { return qubits_; }
  std::span<std::complex<T>> values() noexcept { return {values_.get(), size()}; }
  std::span<const std::complex<T>> values() const noexcept { return {values_.get(), size()}; }
  std::size_t size() const noexcept { return std::size_t{1} << qubits_; }

  void set_basis_state(std::uint64_t index) noexcept;
  /// Of the same number of qubits.
  void copy_from(const Amplitudes& other) noexcept;
  /// |0...0>, or the circuit's encoded amplitudes, normalised. Throws Error(usage) if these are all zero or not finite.
  void prepare(const Circuit& circuit, std::span<const double> inputs);

  /// factor * map. The map's qubits must be in range; its entries need not be unitary. Under controls the factor holds
  /// only where they are 1.
  void apply(const LocalMap& map, double factor = 1);
  void apply(const Pauli& pauli);
  void scale(double factor) noexcept;
  /// Sets every amplitude to zero in which the qubit is not `bit`.
  void project(std::uint32_t qubit, bool bit) noexcept;
  /// Moves the half where the qubit is 1 to where it is 0, and clears the former.
  void lower_to_zero(std::uint32_t qubit) noexcept;

  double weight() const noexcept;
  /// Weights of the qubit's 0 and 1.
  std::array<double, 2> weights(std::uint32_t qubit) const noexcept;
  /// Reduced density matrix of k <= 3 qubits, row-major, qubits[0] the least significant bit: 4^k numbers into
  /// `result`.
  void reduced_density(std::span<const std::uint32_t> qubits, std::span<std::complex<double>> result) const noexcept;

 private:
  template <class Pass>
  void run(const Pass& pass, std::size_t rests);
  void apply_large_diagonal(const LocalMap& map, double factor) noexcept;

  std::uint32_t qubits_;
  ThreadPool* pool_;
  AlignedArray<std::complex<T>> values_;
};

extern template class Amplitudes<float>;
extern template class Amplitudes<double>;

}  // namespace tacit::quantum_sim
