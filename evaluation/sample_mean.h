#pragma once

#include <cmath>
#include <span>

namespace tacit::evaluation {

/// The mean of independent numbers and what is known of it.
struct SampleMean {
  double mean = 0, deviation = 0;  ///< the latter with the divisor n - 1; 0 for one number
  double low = 0, high = 0;        ///< 95 % interval of the mean by the normal approximation
};

inline SampleMean sample_mean(std::span<const double> values) {
  SampleMean result;
  const auto n = static_cast<double>(values.size());
  for (const double value : values) result.mean += value / n;
  for (const double value : values) result.deviation += (value - result.mean) * (value - result.mean);
  result.deviation = values.size() > 1 ? std::sqrt(result.deviation / (n - 1)) : 0;
  const double half = 1.96 * result.deviation / std::sqrt(n);
  result.low = result.mean - half;
  result.high = result.mean + half;
  return result;
}

}  // namespace tacit::evaluation
