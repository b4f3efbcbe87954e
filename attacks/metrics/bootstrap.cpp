#include "attacks/metrics/bootstrap.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/error.h"
#include "core/random.h"

namespace tacit::attacks {
namespace {

constexpr std::size_t resamples = 2000;

}  // namespace

Interval bootstrap_interval(std::span<const double> values, std::uint64_t seed) {
  if (values.empty()) fail(ErrorKind::usage, "an interval of a mean needs at least one value");
  for (const double value : values)
    if (!std::isfinite(value)) fail(ErrorKind::usage, "an interval of a mean needs finite values, got {}", value);
  RandomStream random({seed, Purpose::resampling, 0, 0});
  std::vector<double> means(resamples);
  for (double& mean : means) {
    double sum = 0;
    for (std::size_t i = 0; i < values.size(); ++i) sum += values[random.below(values.size())];
    mean = sum / static_cast<double>(values.size());
  }
  std::sort(means.begin(), means.end());
  return {means[resamples / 40 - 1], means[resamples - resamples / 40]};
}

}  // namespace tacit::attacks
