#pragma once

#include "models/local_gradient.h"

namespace tacit::models {

/// The gradient of DP-SGD (Abadi et al., CCS 2016, Algorithm 1): of each example's own gradient the part inside the
/// ball of radius C, their sum plus Gaussian noise of standard deviation sigma C on every trained parameter, divided by
/// the number of examples. One pass an example. The noise is that of (seed, round, client), in the order of the steps.
/// It says nothing about epsilon: that also depends on how examples and clients are drawn.
class PrivateGradient final : public LocalGradient {
 public:
  /// Throws Error(usage) unless C > 0 and sigma >= 0, both finite.
  PrivateGradient(const Model<float>& model, double clip_norm, double noise, const RandomKey& key);
  float estimate(std::span<const float> theta, const Examples<float>& batch, std::span<float> gradient) override;

 private:
  const ParameterSchema& schema_;
  double clip_norm_, noise_;
  RandomStream stream_;
};

}  // namespace tacit::models
