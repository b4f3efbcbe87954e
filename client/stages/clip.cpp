#include "client/stages/clip.h"

#include <cmath>

#include "core/error.h"
#include "privacy/differential_privacy/clip.h"

namespace tacit::client {

ClipStage::ClipStage(double clip_norm) : clip_norm_(clip_norm) {
  if (!std::isfinite(clip_norm) || clip_norm < 0) {
    fail(ErrorKind::usage, "clip norm {}: expected a finite number >= 0", clip_norm);
  }
}

ClipStage ClipStage::from_config(ConfigTable& section) {
  return ClipStage(section.number("clip_norm", {0, 1e30}, 0.0));
}

ClippedUpdate ClipStage::operator()(RawUpdate update) const {
  ClippedUpdate clipped{std::move(update.values), 0};
  clipped.norm_before =
      clip_norm_ > 0 ? privacy::clip_l2(clipped.values, clip_norm_) : privacy::l2_norm(clipped.values);
  return clipped;
}

}  // namespace tacit::client
