#pragma once

#include "client/stages/update_types.h"
#include "core/config.h"

namespace tacit::client {

/// First stage: bounds the Euclidean norm of the whole update, so that no client moves the model by more than
/// `clip_norm`.
///
///   [update]
///   clip_norm = 1.0      # 0, the default: no clipping
class ClipStage {
 public:
  /// 0 is no clipping. Throws Error(usage) on a negative or infinite bound.
  explicit ClipStage(double clip_norm);
  static ClipStage from_config(ConfigTable& section);

  ClippedUpdate operator()(RawUpdate update) const;

 private:
  double clip_norm_;
};

}  // namespace tacit::client
