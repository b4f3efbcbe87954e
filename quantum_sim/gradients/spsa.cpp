#include "quantum_sim/gradients/spsa.h"

#include <cmath>

#include "core/error.h"
#include "core/random.h"

namespace tacit::quantum_sim {
namespace {

void require_settings(const SpsaSettings& settings) {
  if (!(settings.step > 0) || !std::isfinite(settings.step))
    fail(ErrorKind::usage, "SPSA: the step must be positive and finite, not {}", settings.step);
  if (settings.repetitions == 0) fail(ErrorKind::usage, "SPSA: repetitions must be at least 1");
}

RandomStream directions_of(const SpsaSettings& settings) {
  // The highest client number keeps these apart from measurement shots of the same seed and round.
  return RandomStream({settings.seed, Purpose::sampling, settings.iteration, 0xffffffffu});
}

std::vector<double> random_signs(RandomStream& stream, std::size_t count) {
  std::vector<double> signs(count);
  for (double& sign : signs) sign = stream.below(2) == 0 ? -1 : 1;
  return signs;
}

std::vector<double> moved(std::span<const double> from, std::span<const double> direction, double step) {
  std::vector<double> result(from.begin(), from.end());
  for (std::size_t p = 0; p < result.size(); ++p) result[p] += step * direction[p];
  return result;
}

}  // namespace

DerivativeEstimates spsa_gradient(const ExpectationFunction& function, std::span<const double> parameters,
                                  const SpsaSettings& settings) {
  require_settings(settings);
  RandomStream stream = directions_of(settings);
  const std::size_t count = parameters.size();
  const auto repetitions = static_cast<double>(settings.repetitions);
  DerivativeEstimates result{std::vector<double>(count), std::vector<double>(count), 0};
  for (std::size_t repetition = 0; repetition < settings.repetitions; ++repetition) {
    const std::vector<double> direction = random_signs(stream, count);
    const double above = function(moved(parameters, direction, settings.step), result.evaluations++).mean;
    const double below = function(moved(parameters, direction, -settings.step), result.evaluations++).mean;
    const double slope = (above - below) / (2 * settings.step);
    // Running mean and sum of squared deviations (Welford).
    for (std::size_t p = 0; p < count; ++p) {
      const double sample = slope * direction[p], before = sample - result.values[p];
      result.values[p] += before / static_cast<double>(repetition + 1);
      result.standard_errors[p] += before * (sample - result.values[p]);
    }
  }
  for (double& error : result.standard_errors)
    error = settings.repetitions > 1 ? std::sqrt(error / (repetitions - 1) / repetitions) : 0;
  return result;
}

std::vector<double> spsa_quantum_fisher(const FidelityFunction& fidelity, std::span<const double> parameters,
                                        const SpsaSettings& settings) {
  require_settings(settings);
  RandomStream stream = directions_of(settings);
  const std::size_t count = parameters.size();
  const double c = settings.step;
  std::vector<double> sum(count * count);
  std::uint64_t evaluation = 0;
  for (std::size_t repetition = 0; repetition < settings.repetitions; ++repetition) {
    const std::vector<double> first = random_signs(stream, count), second = random_signs(stream, count);
    const auto at = [&](double along_first, double along_second) {
      return fidelity(parameters, moved(moved(parameters, first, along_first), second, along_second), evaluation++);
    };
    // The mixed second difference of the fidelity; F = -2 its Hessian, symmetrised.
    const double curvature = (at(c, c) - at(c, 0) - at(-c, c) + at(-c, 0)) / (2 * c * c);
    for (std::size_t p = 0; p < count; ++p)
      for (std::size_t q = 0; q < count; ++q)
        sum[p * count + q] -= curvature * (first[p] * second[q] + first[q] * second[p]);
  }
  for (double& value : sum) value /= static_cast<double>(settings.repetitions);
  return sum;
}

}  // namespace tacit::quantum_sim
