#include "models/private_gradient.h"

#include <cmath>

#include "core/error.h"

namespace tacit::models {

PrivateGradient::PrivateGradient(const Model<float>& model, double clip_norm, double noise, const RandomKey& key)
    : LocalGradient(model),
      schema_(*model.schema()),
      clip_norm_(clip_norm),
      noise_(noise),
      stream_({key.seed, Purpose::example_noise, key.round, key.client}) {
  if (!(clip_norm > 0) || !std::isfinite(clip_norm) || !(noise >= 0) || !std::isfinite(noise))
    fail(ErrorKind::usage, "gradients of examples need a clip norm above 0 and a noise not below, got {} and {}",
         clip_norm, noise);
}

float PrivateGradient::estimate(std::span<const float> theta, const Examples<float>& batch, std::span<float> gradient) {
  const float loss = evaluation_.clipped_gradients(theta, batch, clip_norm_, gradient, {});
  const double sigma = noise_ * clip_norm_;
  for (const ParameterEntry& entry : schema_.entries()) {
    if (!entry.trained) continue;
    for (float& value : gradient.subspan(entry.offset, entry.size)) {
      const double noise = sigma > 0 ? sigma * stream_.normal() : 0.0;
      value = static_cast<float>((static_cast<double>(value) + noise) / static_cast<double>(batch.count));
    }
  }
  return loss;
}

}  // namespace tacit::models
