#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "attacks/bounds.h"
#include "attacks/features.h"
#include "attacks/observation.h"
#include "attacks/score.h"
#include "attacks/threat_model.h"
#include "evaluation/exchange.h"

namespace tacit::evaluation {

/// A client with a circuit and a few random examples.
struct CircuitCase {
  std::string layer_toml;  ///< keys of the one [[layers]] of type "quantum" (models/layers/circuit_specification.h)
  std::size_t features = 1;
  attacks::Bounds bounds{0, 1};  ///< of the features, which are angles
};

/// What one such client sent, and what it holds: kept apart, and brought together by scores alone.
struct CircuitTrial {
  attacks::Observation seen;
  attacks::GroundTruth truth;
};

/// Trials of one case: fresh parameters uniform in [0, 2 pi), features uniform in the bounds, labels at random, the
/// squared error with targets -1 and 1, one gradient through the client's code and the wire. May serve several threads.
class CircuitTrials {
 public:
  /// Throws Error(configuration) naming the key.
  explicit CircuitTrials(CircuitCase settings);

  const Exchange& exchange() const noexcept { return exchange_; }
  const attacks::Features& features() const noexcept { return features_; }
  /// Bounds known; labels only if asked for.
  attacks::ThreatModel threat_model(bool labels = false) const;

  CircuitTrial random(std::uint64_t seed, std::size_t examples = 1) const;
  /// Of given values; `theta` empty: the model's own start for this seed.
  CircuitTrial of(std::uint64_t seed, std::vector<float> inputs, std::vector<std::int32_t> labels,
                  std::vector<float> theta = {}) const;

  /// The trial as a client without exact expectation values would have sent it: every one of them, of the two-term
  /// shift rule and of the output itself, is the mean of `shots` measurements. One example.
  CircuitTrial with_shots(const CircuitTrial& trial, std::size_t shots, std::uint64_t seed) const;
  /// The trial with independent normal noise of this deviation on every component of the update.
  static CircuitTrial with_noise(const CircuitTrial& trial, double deviation, std::uint64_t seed);

 private:
  CircuitCase settings_;
  Exchange exchange_;
  attacks::Features features_;
};

/// The largest error of any feature of any example, by the optimal matching; circular.
double largest_error(const attacks::AttackResult& result, const CircuitTrial& trial, const attacks::Features& features);

/// The middle of the sorted values; NaN of none.
double median(std::vector<double> values);

}  // namespace tacit::evaluation
