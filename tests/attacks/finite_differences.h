#pragma once

#include <cmath>
#include <functional>
#include <span>
#include <vector>

namespace tacit::attacks {

/// The gradient of f at x by central differences with one Richardson step (error of order h^4).
inline std::vector<double> numeric_gradient(const std::function<double(std::span<const double>)>& f,
                                            std::span<const double> x, double h = 1e-3) {
  std::vector<double> point(x.begin(), x.end()), gradient(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    const auto central = [&](double step) {
      point[i] = x[i] + step;
      const double above = f(point);
      point[i] = x[i] - step;
      const double below = f(point);
      point[i] = x[i];
      return (above - below) / (2 * step);
    };
    gradient[i] = (4 * central(h / 2) - central(h)) / 3;
  }
  return gradient;
}

/// |a - b| / |b|.
inline double relative_difference(std::span<const double> a, std::span<const double> b) {
  double difference = 0, norm = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    difference += (a[i] - b[i]) * (a[i] - b[i]);
    norm += b[i] * b[i];
  }
  return std::sqrt(difference / norm);
}

}  // namespace tacit::attacks
