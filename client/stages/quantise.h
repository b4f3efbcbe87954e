#pragma once

#include "client/stages/update_types.h"
#include "core/config.h"
#include "core/random.h"

namespace tacit::client {

/// Last stage: writes the numbers as bytes, as float32, on the grid of privacy/compression/quantise.h whose scale is
/// the largest magnitude in the update, or as signs times their mean magnitude (privacy/compression/signs.h).
///
///   [update]
///   quantise_bits = 8               # 2 to 16 bits a number; 1: signs; 0, the default: float32
///   quantise_rounding = "nearest"   # or "stochastic": right in the mean; with 2 bits, TernGrad
class QuantiseStage {
 public:
  enum class Rounding { nearest, stochastic };
  /// 0 is float32. Throws Error(usage) on more than 16 bits, or stochastic rounding with fewer than 2.
  explicit QuantiseStage(unsigned bits, Rounding rounding = Rounding::nearest);
  static QuantiseStage from_config(ConfigTable& section);

  /// Every value becomes one of two, neither of which is zero.
  bool sends_signs() const noexcept { return bits_ == 1; }
  /// Stochastic rounding is that of (key.seed, round, client), whatever the key's purpose.
  EncodedUpdate operator()(const PrunedUpdate& update, const RandomKey& key) const;

 private:
  unsigned bits_;
  Rounding rounding_;
};

}  // namespace tacit::client
