#pragma once

#include "client/stages/update_types.h"
#include "core/config.h"

namespace tacit::client {

/// Last stage: writes the numbers as bytes, as float32 or on the grid of privacy/compression/quantise.h whose scale is
/// the largest magnitude in the update.
///
///   [update]
///   quantise_bits = 8    # 2 to 16 bits a number; 0, the default: float32
class QuantiseStage {
 public:
  /// 0 is float32. Throws Error(usage) on 1 or more than 16.
  explicit QuantiseStage(unsigned bits);
  static QuantiseStage from_config(ConfigTable& section);

  EncodedUpdate operator()(const ClippedUpdate& update) const;

 private:
  unsigned bits_;
};

}  // namespace tacit::client
