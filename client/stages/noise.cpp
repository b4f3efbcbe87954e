#include "client/stages/noise.h"

#include <cmath>

#include "core/error.h"
#include "privacy/differential_privacy/noise.h"

namespace tacit::client {

NoiseStage::NoiseStage(Kind kind, double scale) : kind_(kind), scale_(scale) {
  if (!std::isfinite(scale) || scale < 0)
    fail(ErrorKind::usage, "noise scale {}: expected a finite number >= 0", scale);
}

NoiseStage NoiseStage::from_config(ConfigTable& section) {
  const std::string kind = section.choice("noise", {"none", "gaussian", "laplace"}, "none");
  if (kind == "none") {
    if (section.has("noise_scale")) section.refuse("noise_scale", "has a meaning only with noise, which is \"none\"");
    return {};
  }
  return {kind == "gaussian" ? Kind::gaussian : Kind::laplace, section.number("noise_scale", {0, 1e6})};
}

NoisyUpdate NoiseStage::operator()(ClippedUpdate update, const RandomKey& key) const {
  RandomStream stream({key.seed, Purpose::update_noise, key.round, key.client});
  if (kind_ == Kind::gaussian) privacy::add_gaussian_noise(update.values, scale_, stream);
  if (kind_ == Kind::laplace) privacy::add_laplace_noise(update.values, scale_, stream);
  return {std::move(update.values)};
}

}  // namespace tacit::client
