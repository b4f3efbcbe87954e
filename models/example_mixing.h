#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "core/config.h"
#include "core/random.h"

namespace tacit::datasets {
struct Dataset;  // not its header: attacks read [training] sections, and reach no data
}

namespace tacit::models {

/// Training on mixtures instead of examples: every example of a batch is replaced by sum_j share_j x_j of itself and
/// `examples` - 1 others of the same client, its target by the same sum of targets. Shares are uniform on the simplex,
/// given that none exceeds `largest`.
///   mixup      as a defence: Huang et al., InstaHide, ICML 2020, Sec. 2, after Zhang et al., ICLR 2018
///   instahide  each element of the mixture also changes its sign at random (ibid., Algorithm 1, inside one data set)
struct ExampleMixing {
  enum class Kind { none, mixup, instahide };
  Kind kind = Kind::none;
  std::size_t examples = 4;
  double largest = 0.65;

  /// Reads `mixing`, `mixing_examples` and `mixing_largest` of [training].
  static ExampleMixing from_config(ConfigTable& section);
};

/// The part of the simplex of `count` shares in which none exceeds `largest`:
///   sum_j (-1)^j C(count, j) max(0, 1 - j largest)^(count - 1).
double allowed_part(std::size_t count, double largest);

/// Shares [count] that add up to 1, uniform where none exceeds `largest`. Throws Error(usage) if the allowed part is
/// below 1e-3, too little to be found by drawing.
std::vector<double> draw_shares(std::size_t count, double largest, RandomStream& stream);

/// Mixes the batches of one client in one round.
class ExampleMixer {
 public:
  /// Everything must outlive the mixer. `targets` are [data.size(), target_size]. Throws Error(data) if the client has
  /// fewer examples than one mixture.
  ExampleMixer(const ExampleMixing& mixing, const datasets::Dataset& data, std::span<const float> targets,
               const RandomKey& key);
  /// Writes one mixture around example `index` of the data.
  void mix(std::size_t index, std::span<float> features, std::span<float> target);

 private:
  std::size_t other_than(std::span<const std::size_t> chosen);

  const ExampleMixing mixing_;
  const datasets::Dataset& data_;
  std::span<const float> targets_;
  RandomStream stream_;
  std::vector<double> sum_;
};

}  // namespace tacit::models
