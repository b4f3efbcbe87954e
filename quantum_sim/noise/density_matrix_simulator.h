#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/thread_pool.h"
#include "quantum_sim/noise/density_matrix.h"
#include "quantum_sim/noise/noise_model.h"
#include "quantum_sim/noise/noisy_units.h"

namespace tacit::quantum_sim {

/// A noisy circuit, exactly: every gate and channel applied to rho in order, measurement and reset as the channels they
/// are when nobody reads the outcome. Single-qubit gates and channels that follow each other on a qubit are multiplied
/// into one superoperator first.
///
/// A callable of (parameters, inputs), so that parameter-shift rules, which hold under any fixed noise, apply to it. T,
/// float or double, is what rho is kept in.
template <class T>
class BasicDensityMatrixSimulator {
 public:
  /// Throws Error(usage) on noise or observables that do not fit the circuit, Error(resource) if rho does not fit into
  /// memory. The pool, if given, must live as long.
  BasicDensityMatrixSimulator(Circuit circuit, const NoiseModel& noise, std::vector<Observable> observables,
                              ThreadPool* pool = nullptr);

  const Circuit& circuit() const noexcept { return circuit_; }
  std::size_t outputs() const noexcept { return observables_.size(); }

  /// rho at the end, for one sample; readout errors are not in it.
  BasicDensityMatrix<T> final_state(std::span<const double> parameters, std::span<const double> inputs) const;
  /// Tr(O_k rho) for one sample, as read: with readout errors.
  std::vector<double> operator()(std::span<const double> parameters, std::span<const double> inputs) const;
  /// Row-major: parameters [P], inputs [batch, I]; the result is [batch, K].
  std::vector<double> run(std::span<const double> parameters, std::span<const double> inputs, std::size_t batch) const;
  /// Of all 2^n outcomes, as read.
  std::vector<double> probabilities(std::span<const double> parameters, std::span<const double> inputs) const;

  /// The gradient of sum_{b,k} upstream[b,k] outputs[b,k], exactly, noise and readout errors included, by one adjoint
  /// sweep a sample: O = sum_k upstream[k] O_k goes back through the dual of every gate and channel, rho -> sum K rho
  /// K^dagger, O -> sum K^dagger O K, and a gate's derivative is 2 Re Tr(O dU rho U^dagger). Channels cannot be undone,
  /// so about twice the square root of the number of steps many states are kept, and every step is done twice.
  ///
  /// By parameters [P] and inputs [batch, I]; both are written, one that is empty is not wanted. Returns the outputs
  /// [batch, K]. Throws Error(usage) on sizes that do not fit and where a derivative is infinite, Error(resource) if
  /// the states do not fit into memory.
  std::vector<double> gradient(std::span<const double> parameters, std::span<const double> inputs, std::size_t batch,
                               std::span<const double> upstream, std::span<double> gradient_parameters,
                               std::span<double> gradient_inputs) const;

 private:
  void require_batch(std::span<const double> inputs, std::size_t batch) const;

  Circuit circuit_;
  std::vector<NoisyStep> steps_;
  std::vector<NoisyUnit> units_;
  std::vector<ReadoutError> readout_;
  std::vector<Observable> observables_;  ///< as read
  ThreadPool* pool_;
};

extern template class BasicDensityMatrixSimulator<float>;
extern template class BasicDensityMatrixSimulator<double>;
using DensityMatrixSimulator = BasicDensityMatrixSimulator<double>;

}  // namespace tacit::quantum_sim
