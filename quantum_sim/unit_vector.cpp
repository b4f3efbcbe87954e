#include "quantum_sim/unit_vector.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "core/error.h"

namespace tacit::quantum_sim {
namespace {

std::string of(std::optional<std::size_t> sample) {
  return sample ? fmt::format(" of sample {}", *sample) : "";
}

template <class T>
double largest_magnitude(std::span<const T> x, std::optional<std::size_t> sample) {
  double largest = 0;
  for (std::size_t index = 0; index < x.size(); ++index) {
    const auto given = static_cast<double>(x[index]);
    if (!std::isfinite(given))
      fail(ErrorKind::usage, "amplitude encoding: its inputs must be finite, but input {}{} is {}", index, of(sample),
           given);
    largest = std::max(largest, std::abs(given));
  }
  if (largest == 0)
    fail(ErrorKind::usage, "amplitude encoding: inputs 0 to {}{} are all zero, which is no state", x.size() - 1,
         of(sample));
  return largest;
}

double product(std::span<const double> left, std::span<const double> right) {
  double sum = 0;
  for (std::size_t index = 0; index < left.size(); ++index) sum += left[index] * right[index];
  return sum;
}

}  // namespace

template <class T>
double normalise(std::span<const T> x, std::optional<std::size_t> sample, std::span<double> a) {
  const double largest = largest_magnitude(x, sample);
  double squares = 0;
  for (std::size_t index = 0; index < x.size(); ++index) {
    a[index] = static_cast<double>(x[index]) / largest;
    squares += a[index] * a[index];
  }
  const double length = std::sqrt(squares);
  if (!std::isfinite(length * largest))
    fail(ErrorKind::usage, "amplitude encoding: the norm of inputs 0 to {}{} is beyond the largest number",
         x.size() - 1, of(sample));
  for (double& amplitude : a) amplitude /= length;
  return length * largest;
}

template <class T>
double move_normalised(std::span<const double> a, double norm, std::span<const T> x_dot, std::span<double> a_dot) {
  std::fill(a_dot.begin(), a_dot.end(), 0.0);
  if (x_dot.empty()) return 0;
  double norm_dot = 0;
  for (std::size_t index = 0; index < a.size(); ++index) norm_dot += a[index] * static_cast<double>(x_dot[index]);
  for (std::size_t index = 0; index < a.size(); ++index)
    a_dot[index] = (static_cast<double>(x_dot[index]) - a[index] * norm_dot) / norm;
  return norm_dot;
}

void add_normalised_gradient(std::span<const double> a, double norm, std::span<const double> by_a,
                             std::span<double> by_x) {
  const double along = product(a, by_a);
  for (std::size_t index = 0; index < a.size(); ++index) by_x[index] += (by_a[index] - a[index] * along) / norm;
}

void add_normalised_gradient_rate(const MovingUnitVector& unit, std::span<const double> by_a,
                                  std::span<const double> by_a_dot, std::span<double> by_x) {
  const auto [a, a_dot, norm, norm_dot] = unit;
  const double along = product(a, by_a), along_dot = product(a_dot, by_a) + product(a, by_a_dot);
  for (std::size_t index = 0; index < a.size(); ++index) {
    const double across = by_a[index] - a[index] * along;
    const double across_dot = by_a_dot[index] - a_dot[index] * along - a[index] * along_dot;
    by_x[index] += (across_dot - across * norm_dot / norm) / norm;
  }
}

template double normalise(std::span<const float>, std::optional<std::size_t>, std::span<double>);
template double normalise(std::span<const double>, std::optional<std::size_t>, std::span<double>);
template double move_normalised(std::span<const double>, double, std::span<const float>, std::span<double>);
template double move_normalised(std::span<const double>, double, std::span<const double>, std::span<double>);

}  // namespace tacit::quantum_sim
