#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "core/thread_pool.h"
#include "quantum_sim/batch/batch_simulator.h"
#include "quantum_sim/noise/pauli_frames.h"

namespace tacit::quantum_sim {

/// Trajectories of a circuit under Pauli noise as lanes of BatchSimulator. Lane b * trajectories + t is trajectory t of
/// sample b; lanes go through in pieces of a fixed number, whatever the threads.
template <class T>
class PauliFrameSimulator {
 public:
  /// Observables must be valid.
  PauliFrameSimulator(PauliFrames frames, const std::vector<Observable>& observables);

  struct Call {
    std::span<const double> parameters, inputs;  ///< inputs [batch, width]
    std::size_t width = 0;                       ///< inputs of a sample
    std::size_t batch = 0;
    std::size_t trajectories = 0;
    std::uint64_t seed = 0;

    std::size_t lanes() const noexcept { return batch * trajectories; }
  };
  /// <O_k> of every lane, [lanes, K].
  void values(const Call& call, ThreadPool* pool, std::span<double> result);
  /// Of sum_{b,k} upstream[b,k] mean_t <O_k>_{b,t}: by parameters [P] and by inputs [batch, width], both written.
  void gradient(const Call& call, ThreadPool* pool, std::span<const double> upstream,
                std::span<double> gradient_parameters, std::span<double> gradient_inputs);

 private:
  struct Piece;
  void prepare(const Call& call, std::size_t first, Piece& piece) const;
  void values_of_piece(const Call& call, std::size_t first, Piece& piece, std::span<double> result) const;
  void gradient_of_piece(const Call& call, std::size_t first, Piece& piece, std::span<const double> upstream) const;
  template <class Body>
  void for_each_piece(const Call& call, ThreadPool* pool, Body&& body);

  PauliFrames frames_;
  std::size_t outputs_;
  std::vector<Observable> strings_;  ///< one string each: the outputs of a lane
  struct WeightedString {
    std::size_t output, string;
    double coefficient;
  };
  std::vector<WeightedString> terms_;
  std::vector<BatchSimulator<T>> simulators_;  ///< one a thread
};

extern template class PauliFrameSimulator<float>;
extern template class PauliFrameSimulator<double>;

}  // namespace tacit::quantum_sim
