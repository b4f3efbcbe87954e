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
/// In double: 16 * 4^n bytes.
class DensityMatrix {
 public:
  static constexpr std::uint32_t max_qubits = max_state_qubits / 2;

  /// Throws Error(resource) that says how much rho needs if it does not fit into memory, Error(usage) on more than
  /// max_qubits.
  static void require_room(std::uint32_t qubits);

  /// |0...0><0...0|. Throws Error(usage) on more than max_qubits, Error(resource) before allocating what does not fit.
  explicit DensityMatrix(std::uint32_t qubits, ThreadPool* pool = nullptr);

  std::uint32_t qubits() const noexcept { return qubits_; }
  std::size_t rows() const noexcept { return std::size_t{1} << qubits_; }
  std::complex<double> element(std::uint64_t ket, std::uint64_t bra) const noexcept {
    return vector_.values()[ket | bra << qubits_];
  }
  /// Column-major, [bra][ket].
  std::span<const std::complex<double>> elements() const noexcept { return vector_.values(); }
  std::span<std::complex<double>> elements() noexcept { return vector_.values(); }

  /// |psi><psi| of 2^n amplitudes.
  void set_pure(std::span<const std::complex<double>> state);
  /// K rho K^dagger.
  void apply(const LocalMap& map);
  /// Throws Error(usage) on qubits out of range, named twice or of another number than the channel's.
  void apply(const Channel& channel, std::span<const std::uint32_t> qubits);
  /// A superoperator, 4^k x 4^k on ket and bra (see Channel::superoperator), on k <= 3 qubits.
  void apply_superoperator(std::span<const std::uint32_t> qubits, std::span<const std::complex<double>> matrix);
  /// Z measurement whose outcome nobody reads: coherences of the qubit vanish.
  void measure(std::uint32_t qubit);
  /// To |0>, whatever it was.
  void reset(std::uint32_t qubit);

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
  DensityMatrix partial_trace(std::span<const std::uint32_t> kept) const;

 private:
  std::uint32_t qubits_;
  Amplitudes<double> vector_;
};

/// (Tr sqrt(sqrt(rho) sigma sqrt(rho)))^2 (Jozsa 1994), by two eigendecompositions: O(8^n).
double fidelity(const DensityMatrix& rho, const DensityMatrix& sigma);

}  // namespace tacit::quantum_sim
