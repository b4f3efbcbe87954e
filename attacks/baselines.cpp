#include "attacks/baselines.h"

#include <cmath>

#include "core/error.h"
#include "core/random.h"

namespace tacit::attacks {

std::vector<double> grey_baseline(const Features& features, std::size_t count) {
  if (!features.bounds) fail(ErrorKind::usage, "the grey baseline needs the bounds of the features");
  return std::vector<double>(count * features.size(), features.bounds->middle());
}

std::vector<double> mean_baseline(std::span<const double> public_mean, std::size_t count) {
  std::vector<double> inputs;
  for (std::size_t i = 0; i < count; ++i) inputs.insert(inputs.end(), public_mean.begin(), public_mean.end());
  return inputs;
}

Observation noise_control(const Observation& observation, std::uint64_t seed) {
  RandomStream random({seed, Purpose::attack_baseline, observation.round(), 0});
  std::vector<double> noise(observation.update().size());
  double norm = 0, noise_norm = 0;
  for (const float value : observation.update()) norm += static_cast<double>(value) * static_cast<double>(value);
  for (double& value : noise) {
    value = random.normal();
    noise_norm += value * value;
  }
  const double scale = noise_norm > 0 ? std::sqrt(norm / noise_norm) : 0;
  std::vector<float> update(noise.size());
  for (std::size_t i = 0; i < noise.size(); ++i) update[i] = static_cast<float>(scale * noise[i]);
  return observation.with_update(std::move(update));
}

}  // namespace tacit::attacks
