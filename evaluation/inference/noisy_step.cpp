#include "evaluation/inference/noisy_step.h"

#include "core/random.h"

namespace tacit::evaluation {

NoisyStep::NoisyStep(const Exchange& exchange, const Parameters& start, const datasets::Dataset& canary,
                     const std::vector<datasets::Dataset>& others, double noise_deviation, std::uint64_t seed)
    : canary_(exchange.observe(start, canary).update()),
      others_(canary_.size()),
      noise_deviation_(noise_deviation),
      seed_(seed) {
  for (const datasets::Dataset& other : others) {
    const std::vector<float> update = exchange.observe(start, other).update();
    for (std::size_t k = 0; k < others_.size(); ++k) others_[k] += update[k];
  }
}

std::vector<float> NoisyStep::release(bool canary_in, std::uint64_t run, std::size_t steps) const {
  std::vector<double> sum(canary_.size());
  for (std::size_t step = 0; step < steps; ++step) {
    RandomStream noise(
        {seed_, Purpose::audited_noise, static_cast<std::uint32_t>(step), static_cast<std::uint32_t>(run)});
    for (std::size_t k = 0; k < sum.size(); ++k)
      sum[k] += others_[k] + (canary_in ? canary_[k] : 0) + noise_deviation_ * noise.normal();
  }
  return {sum.begin(), sum.end()};
}

}  // namespace tacit::evaluation
