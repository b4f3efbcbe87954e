#pragma once

#include <complex>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "core/random.h"
#include "core/thread_pool.h"
#include "quantum_sim/circuit/circuit.h"
#include "quantum_sim/measurement/amplitudes.h"
#include "quantum_sim/measurement/settings.h"

namespace tacit::quantum_sim {

/// What finitely many measurements tell of an expectation value.
struct ShotEstimate {
  double mean = 0;      ///< unbiased
  double variance = 0;  ///< of the mean, estimated without bias from the same shots: sum over settings of s^2 / shots
  std::size_t shots = 0;
};

/// Measures a state of `scratch`'s size in every setting. Within a setting all terms are read off the same shots, so
/// their covariance is in the variance. The outcomes follow the stream alone. `scratch` is overwritten.
template <class T>
ShotEstimate estimate(std::span<const std::complex<T>> state, const Observable& observable, const MeasurementPlan& plan,
                      std::span<const std::size_t> shots, RandomStream& stream, Amplitudes<T>& scratch);

/// The variance of that mean, from the state itself: sum over settings of (<A_s^2> - <A_s>^2) / shots_s.
template <class T>
double exact_variance(std::span<const std::complex<T>> state, const Observable& observable, const MeasurementPlan& plan,
                      std::span<const std::size_t> shots, Amplitudes<T>& scratch);

/// Expectation values of a batch, as a machine with finitely many shots would give them. Each output gets its own
/// shots. Sample b reads the stream (seed, b), whatever the batch or the number of threads.
template <class T>
class ShotSimulator {
 public:
  /// Throws Error(usage) on a circuit with measurement or reset, an observable out of range, or fewer shots than twice
  /// the settings of an output.
  ShotSimulator(Circuit circuit, std::vector<Observable> observables, std::size_t shots,
                ShotAllocation allocation = ShotAllocation::by_weight, ThreadPool* pool = nullptr);

  /// Row-major: parameters [P], inputs [batch, I]; the result is [batch, K].
  std::vector<ShotEstimate> run(std::span<const double> parameters, std::span<const double> inputs, std::size_t batch,
                                std::uint64_t seed) const;

 private:
  void run_sample(std::span<const double> parameters, std::span<const double> inputs, RandomStream stream,
                  Amplitudes<T>& state, Amplitudes<T>& scratch, std::span<ShotEstimate> results) const;

  Circuit circuit_;
  std::vector<Observable> observables_;
  std::vector<MeasurementPlan> plans_;
  std::vector<std::vector<std::size_t>> shots_;
  ThreadPool* pool_;
};

extern template class ShotSimulator<float>;
extern template class ShotSimulator<double>;

}  // namespace tacit::quantum_sim
