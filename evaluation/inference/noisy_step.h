#pragma once

#include <cstdint>
#include <vector>

#include "evaluation/exchange.h"

namespace tacit::evaluation {

/// One step of federated learning with Gaussian noise, as central differential privacy takes it: the sum of what
/// clients send, each bounded by the clipping of their own update pipeline, plus independent noise on every coordinate.
/// What the clients send is made by their own code and read off the wire. With clip_norm C and noise z C it is the
/// Gaussian mechanism of mu = 1 / z for adding or removing a client (arXiv 1710.06963, with a fixed denominator).
class NoisyStep {
 public:
  /// `canary` holds the examples of the client under audit, `others` those of the rest. Throws as Exchange.
  NoisyStep(const Exchange& exchange, const Parameters& start, const datasets::Dataset& canary,
            const std::vector<datasets::Dataset>& others, double noise_deviation, std::uint64_t seed);

  /// The noisy sum of `steps` such releases, each with noise of its own: a run of so many rounds without learning.
  /// Noise by RandomKey{seed, audited_noise, step, run}.
  std::vector<float> release(bool canary_in, std::uint64_t run, std::size_t steps = 1) const;
  /// What the canary's client sends, and what an attacker who knows its examples can compute: the direction to look in.
  const std::vector<float>& canary_update() const noexcept { return canary_; }

 private:
  std::vector<float> canary_, others_;
  double noise_deviation_;
  std::uint64_t seed_;
};

}  // namespace tacit::evaluation
