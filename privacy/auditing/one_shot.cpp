#include "privacy/auditing/one_shot.h"

#include <cmath>

#include "core/error.h"

namespace tacit::privacy {
namespace {

Gaussian fitted(std::span<const double> values) {
  if (values.size() < 2) fail(ErrorKind::usage, "{} canaries: expected two at least", values.size());
  const double n = static_cast<double>(values.size());
  double mean = 0, squares = 0;
  for (const double value : values) mean += value / n;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return {mean, std::sqrt(squares / (n - 1))};
}

OneShotEstimate estimate(const Gaussian& in, const Gaussian& out, double delta) {
  return {in, out, gaussian_pair_epsilon(in, out, delta)};
}

}  // namespace

OneShotEstimate one_shot_epsilon(std::span<const double> cosines, std::size_t dimension, double delta) {
  if (dimension == 0) fail(ErrorKind::usage, "a model of dimension 0 has no direction");
  return estimate(fitted(cosines), {0, 1 / std::sqrt(static_cast<double>(dimension))}, delta);
}

OneShotEstimate one_shot_epsilon(std::span<const double> cosines, std::span<const double> left_out, double delta) {
  return estimate(fitted(cosines), fitted(left_out), delta);
}

}  // namespace tacit::privacy
