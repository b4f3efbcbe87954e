#pragma once

#include <complex>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "core/thread_pool.h"
#include "quantum_sim/circuit/observable.h"
#include "quantum_sim/measurement/amplitudes.h"
#include "quantum_sim/noise/channel.h"

namespace tacit::quantum_sim {

/// rho of n qubits, exactly: 2^n x 2^n numbers, kept as the vector |rho>> of 2n qubits with element <j|rho|k> at
/// j + (k << n). A gate acts on the ket's qubits and, conjugated, on the bra's; a channel is one matrix on both.
/// T, float or double, is what it is kept in: 8 * 4^n or 16 * 4^n bytes; traces are summed in double.
template <class T>
class BasicDensityMatrix {
 public:
  static constexpr std::uint32_t max_qubits = max_state_qubits / 2;

  /// Throws Error(resource) that says how much rho needs if it does not fit into memory, Error(usage) on more than
  /// max_qubits.
  static void require_room(std::uint32_t qubits);

  /// |0...0><0...0|. Throws Error(usage) on more than max_qubits, Error(resource) before allocating what does not fit.
  explicit BasicDensityMatrix(std::uint32_t qubits, ThreadPool* pool = nullptr);

  std::uint32_t qubits() const noexcept { return qubits_; }
  std::size_t rows() const noexcept { return std::size_t{1} << qubits_; }
  std::complex<double> element(std::uint64_t ket, std::uint64_t bra) const noexcept {
    return std::complex<double>(vector_.values()[ket | bra << qubits_]);
  }
  /// Column-major, [bra][ket].
  std::span<const std::complex<T>> elements() const noexcept { return vector_.values(); }
  std::span<std::complex<T>> elements() noexcept { return vector_.values(); }

  void set_zero() noexcept { vector_.set_basis_state(0); }  ///< |0...0><0...0|
  /// |psi><psi| of 2^n amplitudes.
  void set_pure(std::span<const std::complex<double>> state);
  /// sum_k weights[k] O_k, an operator rather than a state: what the adjoint sweep of a gradient starts from. Throws
  /// Error(usage) on an observable that does not fit.
  void set_observables(std::span<const Observable> observables, std::span<const double> weights);
  /// Of the same number of qubits.
  void copy_from(const BasicDensityMatrix& other) noexcept { vector_.copy_from(other.vector_); }
  /// K rho K^dagger.
  void apply(const LocalMap& map);
  void apply_to_kets(const LocalMap& map);  ///< K rho
  void apply_to_bras(const LocalMap& map);  ///< rho K^dagger
  /// Throws Error(usage) on qubits out of range, named twice or of another number than the channel's.
  void apply(const Channel& channel, std::span<const std::uint32_t> qubits);
  /// A superoperator, 4^k x 4^k on ket and bra (see Channel::superoperator), on k <= 3 qubits.
  void apply_superoperator(std::span<const std::uint32_t> qubits, std::span<const std::complex<double>> matrix);
  /// Z measurement whose outcome nobody reads: coherences of the qubit vanish.
  void measure(std::uint32_t qubit);
  /// To |0>, whatever it was.
  void reset(std::uint32_t qubit);
  /// The dual map, of an operator that is measured after a reset.
  void undo_reset(std::uint32_t qubit);

  double trace() const noexcept;
  /// Tr rho^2: 1 of a pure state, 2^-n of the maximally mixed one.
  double purity() const noexcept;
  /// Tr(O rho).
  double expectation(const Observable& observable) const;
  /// <j|rho|j>, rounding below zero cut off; 2^n numbers.
  std::vector<double> probabilities() const;
  /// <psi|rho|psi>.
  double fidelity(std::span<const std::complex<double>> state) const;
  /// Tr over all other qubits; bit i of its index is qubit kept[i].
  BasicDensityMatrix partial_trace(std::span<const std::uint32_t> kept) const;

 private:
  std::uint32_t qubits_;
  Amplitudes<T> vector_;
};

extern template class BasicDensityMatrix<float>;
extern template class BasicDensityMatrix<double>;
using DensityMatrix = BasicDensityMatrix<double>;

/// (Tr sqrt(sqrt(rho) sigma sqrt(rho)))^2 (Jozsa 1994), by two eigendecompositions: O(8^n).
double fidelity(const DensityMatrix& rho, const DensityMatrix& sigma);

}  // namespace tacit::quantum_sim
