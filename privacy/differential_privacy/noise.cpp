#include "privacy/differential_privacy/noise.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "core/error.h"

namespace tacit::privacy {
namespace {

template <class Draw>
void add_noise(std::span<float> values, double scale, const Draw& draw) {
  if (!std::isfinite(scale) || scale < 0) fail(ErrorKind::usage, "noise: scale {} is not a finite number >= 0", scale);
  std::vector<float> noisy(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    noisy[i] = static_cast<float>(static_cast<double>(values[i]) + scale * draw());
    if (!std::isfinite(noisy[i]))
      fail(ErrorKind::data, "value {} is {} before and {} after noise of scale {}", i, values[i], noisy[i], scale);
  }
  std::copy(noisy.begin(), noisy.end(), values.begin());
}

}  // namespace

void add_gaussian_noise(std::span<float> values, double sigma, RandomStream& stream) {
  add_noise(values, sigma, [&] { return stream.normal(); });
}

void add_laplace_noise(std::span<float> values, double scale, RandomStream& stream) {
  // A sign and an exponential magnitude. 1 - uniform() lies in (0, 1], so the logarithm is finite.
  add_noise(values, scale, [&] {
    const double magnitude = -std::log(1.0 - stream.uniform());
    return stream.below(2) == 0 ? magnitude : -magnitude;
  });
}

}  // namespace tacit::privacy
