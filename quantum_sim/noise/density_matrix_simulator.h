#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/thread_pool.h"
#include "quantum_sim/noise/density_matrix.h"
#include "quantum_sim/noise/noise_model.h"

namespace tacit::quantum_sim {

/// A noisy circuit, exactly: every gate and channel applied to rho in order, measurement and reset as the channels they
/// are when nobody reads the outcome. Single-qubit gates and channels that follow each other on a qubit are multiplied
/// into one superoperator first.
///
/// A callable of (parameters, inputs), so that parameter-shift rules, which hold under any fixed noise, apply to it.
class DensityMatrixSimulator {
 public:
  /// Throws Error(usage) on noise or observables that do not fit the circuit, Error(resource) if rho does not fit into
  /// memory. The pool, if given, must live as long.
  DensityMatrixSimulator(Circuit circuit, const NoiseModel& noise, std::vector<Observable> observables,
                         ThreadPool* pool = nullptr);

  const Circuit& circuit() const noexcept { return circuit_; }
  std::size_t outputs() const noexcept { return observables_.size(); }

  /// rho at the end, for one sample; readout errors are not in it.
  DensityMatrix final_state(std::span<const double> parameters, std::span<const double> inputs) const;
  /// Tr(O_k rho) for one sample, as read: with readout errors.
  std::vector<double> operator()(std::span<const double> parameters, std::span<const double> inputs) const;
  /// Row-major: parameters [P], inputs [batch, I]; the result is [batch, K].
  std::vector<double> run(std::span<const double> parameters, std::span<const double> inputs, std::size_t batch) const;
  /// Of all 2^n outcomes, as read.
  std::vector<double> probabilities(std::span<const double> parameters, std::span<const double> inputs) const;

 private:
  Circuit circuit_;
  std::vector<NoisyStep> steps_;
  std::vector<ReadoutError> readout_;
  std::vector<Observable> observables_;  ///< as read
  ThreadPool* pool_;
};

}  // namespace tacit::quantum_sim
