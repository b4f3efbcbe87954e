#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "core/random.h"
#include "quantum_sim/measurement/amplitudes.h"
#include "quantum_sim/noise/noise_model.h"

namespace tacit::quantum_sim {

/// A channel on qubits of a circuit, its operators as maps: scaled to unitaries if it is a mixture.
struct ChannelStep {
  ChannelStep(std::shared_ptr<const Channel> channel_in, std::vector<std::uint32_t> qubits_in);

  std::shared_ptr<const Channel> channel;
  std::vector<std::uint32_t> qubits;
  std::vector<LocalMap> operators;
};

/// Which operator u in [0, 1) takes: number 1, 2, ... fill [0, 1 - p_0) in order, the first takes the rest, so that
/// most u need not know the probabilities.
std::size_t choose_operator(std::span<const double> probabilities, double u) noexcept;

/// From this u on it is the first operator, if that is possible at all.
double jumps_end(std::span<const double> probabilities) noexcept;

/// The channel's strings on the circuit's qubits.
Pauli on_qubits(const Pauli& local, std::span<const std::uint32_t> qubits) noexcept;

/// One run of a noisy circuit as a wave function that jumps (Dalibard, Castin, Molmer 1992; Molmer, Castin, Dalibard
/// 1993): at every channel one Kraus operator is taken, with its probability in the present state. One uniform of the
/// stream at each channel, measurement and reset, and one more where a measurement can be misread.
template <class T>
class Trajectory {
 public:
  /// The state is worked on in place and is normalised when a run starts.
  Trajectory(Amplitudes<T>& state, RandomStream stream) : state_(state), stream_(stream) {}

  void apply(const LocalMap& unitary) { state_.apply(unitary); }
  void apply(const ChannelStep& step);
  /// The true outcome; the state is projected.
  bool measure(std::uint32_t qubit);
  void reset(std::uint32_t qubit);
  bool misread(bool bit, const ReadoutError& error) noexcept;

  RandomStream& stream() noexcept { return stream_; }

 private:
  void jump(const ChannelStep& step, double u);
  void keep_first(const ChannelStep& step);

  Amplitudes<T>& state_;
  RandomStream stream_;
  /// The state's weight is at least this. Taking the first operator without looking lets it sink.
  double least_weight_ = 1;
};

extern template class Trajectory<float>;
extern template class Trajectory<double>;

}  // namespace tacit::quantum_sim
