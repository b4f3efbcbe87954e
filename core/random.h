#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <utility>

namespace tacit {

/// What a random stream is for. Two purposes never share numbers. The values are part of the format: never renumber.
enum class Purpose : std::uint32_t {
  model_initialization = 1,
  data_split = 2,
  partition = 3,
  cohort = 4,
  local_order = 5,      ///< order and choice of examples in local training
  attack_restart = 6,   ///< starting points of attacks; client = restart
  attack_baseline = 7,  ///< noise-gradient controls
  arrival_order = 8,    ///< simulated shuffling of arrivals
  sampling = 9,         ///< measurement shots, trajectories
  test = 10,            ///< property tests
  benchmark = 11,
  local_directions = 12,  ///< of simultaneous perturbation in local training
  dropout = 13,           ///< units that local training drops
  update_noise = 30,      ///< noise on an update before it is sent
  update_rounding = 31,   ///< stochastic rounding of an update
  example_mixing = 32,    ///< which examples local training mixes, their shares and signs
  example_noise = 33,     ///< noise on sums of clipped gradients of examples
  circuit_shots = 34,     ///< measurements of circuits in local training
  leakage_guard = 35,     ///< a client's attack on its own update, and the noise that follows from it
  trial_examples = 40,    ///< which examples a trial of an evaluation uses; round = trial
  random_features = 41,   ///< of the fixed random space that reconstructions are compared in
  resampling = 42,        ///< bootstrap intervals
  crafting = 43,          ///< parameters that a malicious coordinator sends
  inference_game = 50,    ///< who is in which run of a game about leakage, and canaries
  audited_noise = 51,     ///< noise of a mechanism that is audited
};

/// Which stream: the experiment's seed, its purpose, the round and the client. Equal keys give equal numbers on every
/// machine, thread and process (promise P1); streams of different keys are independent.
struct RandomKey {
  std::uint64_t seed = 0;
  Purpose purpose = Purpose::test;
  std::uint32_t round = 0;
  std::uint32_t client = 0;
};

/// Counter-based random numbers: Philox4x32-10 (Salmon et al., SC 2011), key = seed, counter = (block, purpose, round,
/// client). Satisfies UniformRandomBitGenerator with 32-bit results. 2^34 words a stream. Not for cryptography.
class RandomStream {
 public:
  using result_type = std::uint32_t;
  explicit RandomStream(const RandomKey& key) noexcept : key_(key) {}

  static constexpr result_type min() noexcept { return 0; }
  static constexpr result_type max() noexcept { return 0xffffffffu; }
  result_type operator()() noexcept;

  std::uint64_t next_u64() noexcept;
  /// Uniform in [0, 1) with 53 random bits.
  double uniform() noexcept;
  double uniform(double low, double high) noexcept { return low + (high - low) * uniform(); }
  /// Standard normal, by the Box-Muller transform of two uniforms.
  double normal() noexcept;
  /// Uniform integer in [0, bound), without bias (Lemire 2019). bound must be positive.
  std::uint64_t below(std::uint64_t bound) noexcept;

  /// Fisher-Yates; unlike std::shuffle its result is fixed by the stream alone.
  template <class T>
  void shuffle(std::span<T> items) noexcept {
    for (std::size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[below(i)]);
  }

 private:
  RandomKey key_;
  std::uint32_t block_ = 0;
  std::uint32_t used_ = 4;
  std::array<std::uint32_t, 4> words_{};
  bool has_spare_normal_ = false;
  double spare_normal_ = 0;
};

}  // namespace tacit
