#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "core/thread_pool.h"
#include "quantum_sim/circuit/circuit.h"
#include "quantum_sim/noise/noise_model.h"

namespace tacit::quantum_sim {

/// The mean of independent trajectories and its standard error, s / sqrt(N).
struct TrajectoryEstimate {
  double mean = 0;
  double standard_error = 0;
};

/// A noisy circuit by quantum trajectories: unbiased estimates of what DensityMatrixSimulator computes, with 2^n
/// instead of 4^n numbers, and for measurement and reset in the middle of a circuit what each run read.
///
/// Trajectory t of sample b follows the stream (seed, b, t) alone and sums run in order of t, so results do not depend
/// on threads, nor a trajectory on how many there are. Where all noise is Pauli strings and the circuit is made of
/// Clifford gates and rotations, trajectories run as lanes of BatchSimulator (see PauliFrames); else gate by gate.
/// T is float or double. One simulator serves one thread at a time.
template <class T>
class TrajectorySimulator {
 public:
  enum class Method : std::uint8_t { automatic, gate_by_gate };

  /// Throws Error(usage) on noise or observables that do not fit the circuit, Error(resource) if a state does not fit
  /// into memory. The pool, if given, must live as long.
  TrajectorySimulator(Circuit circuit, const NoiseModel& noise, std::vector<Observable> observables,
                      ThreadPool* pool = nullptr, Method method = Method::automatic);
  ~TrajectorySimulator();
  TrajectorySimulator(TrajectorySimulator&&) noexcept;

  bool uses_pauli_frames() const noexcept;

  /// <O_k> of each trajectory of each sample, as read (with readout errors): [batch, trajectories, K]. Row-major:
  /// parameters [P], inputs [batch, I].
  std::vector<double> values(std::span<const double> parameters, std::span<const double> inputs, std::size_t batch,
                             std::size_t trajectories, std::uint64_t seed);
  /// [batch, K].
  std::vector<TrajectoryEstimate> run(std::span<const double> parameters, std::span<const double> inputs,
                                      std::size_t batch, std::size_t trajectories, std::uint64_t seed);

  /// Gradient of sum_{b,k} upstream[b,k] mean[b,k], the means being those that run() gives for this seed: exact, by the
  /// adjoint sweep, so an unbiased estimate of the noisy circuit's gradient. By parameters [P] and inputs [batch, I];
  /// both are written. Throws Error(usage) unless uses_pauli_frames().
  void gradient(std::span<const double> parameters, std::span<const double> inputs, std::size_t batch,
                std::size_t trajectories, std::uint64_t seed, std::span<const double> upstream,
                std::span<double> gradient_parameters, std::span<double> gradient_inputs);

  struct Shots {
    std::vector<std::uint64_t> outcomes;       ///< [shots], all qubits measured at the end, as read
    std::vector<std::uint8_t> classical_bits;  ///< [shots, classical bits], by measurements within the circuit, as read
  };
  /// One trajectory a shot, for one sample.
  Shots shots(std::span<const double> parameters, std::span<const double> inputs, std::size_t count,
              std::uint64_t seed) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

extern template class TrajectorySimulator<float>;
extern template class TrajectorySimulator<double>;

}  // namespace tacit::quantum_sim
