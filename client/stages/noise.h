#pragma once

#include "client/stages/update_types.h"
#include "core/config.h"
#include "core/random.h"

namespace tacit::client {

/// Second stage: independent noise on every value, after clipping, so that clip_norm bounds what one client can change.
///
///   [update]
///   noise = "gaussian"   # or "laplace"; "none", the default
///   noise_scale = 1e-3   # gaussian: standard deviation; laplace: b of exp(-|x| / b) / (2 b). In units of the update
class NoiseStage {
 public:
  enum class Kind { none, gaussian, laplace };
  /// No noise.
  NoiseStage() = default;
  /// Throws Error(usage) on a scale that is negative or not finite.
  NoiseStage(Kind kind, double scale);
  static NoiseStage from_config(ConfigTable& section);

  bool is_off() const noexcept { return kind_ == Kind::none || scale_ == 0; }
  /// The noise of (key.seed, round, client), whatever the key's purpose.
  NoisyUpdate operator()(ClippedUpdate update, const RandomKey& key) const;

 private:
  Kind kind_ = Kind::none;
  double scale_ = 0;
};

}  // namespace tacit::client
