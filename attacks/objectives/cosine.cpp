#include "attacks/objectives/cosine.h"

#include <algorithm>
#include <cmath>

#include "attacks/require_equal_sizes.h"
#include "models/kernels/inner_products.h"

namespace tacit::attacks {
namespace {

/// Below this 1 - cos has lost so many digits that a second look at the vectors pays.
constexpr double near_the_solution = 1e-3;

template <class T>
double cosine_distance(std::span<const T> candidate, std::span<const T> observed, std::span<T> derivative) {
  require_equal_sizes("gradient objective", candidate.size(), observed.size(), derivative.size());
  const auto products = models::kernels::inner_products<T>(candidate, observed);
  if (products.aa == 0 || products.bb == 0) {
    std::ranges::fill(derivative, T(0));
    return 1;
  }
  const double candidate_norm = std::sqrt(products.aa), observed_norm = std::sqrt(products.bb);
  double distance = 1 - products.ab / (candidate_norm * observed_norm);
  if (distance < near_the_solution)
    distance = 0.5 * models::kernels::squared_distance<T>(1 / candidate_norm, candidate, 1 / observed_norm, observed);
  // With unit vectors a and b: dD/dg = (<a, b> a - b) / |g|.
  models::kernels::subtract<T>(static_cast<T>((1 - distance) / (candidate_norm * candidate_norm)), candidate,
                               static_cast<T>(1 / (candidate_norm * observed_norm)), observed, derivative, false);
  return distance;
}

}  // namespace

std::unique_ptr<const Objective> Cosine::make(ConfigTable) {
  return std::make_unique<const Cosine>();
}

double Cosine::evaluate(std::span<const double> candidate, std::span<const double> observed,
                        std::span<double> derivative) const {
  return cosine_distance<double>(candidate, observed, derivative);
}

double Cosine::evaluate_in_float(std::span<const float> candidate, std::span<const float> observed,
                                 std::span<float> derivative) const {
  return cosine_distance<float>(candidate, observed, derivative);
}

}  // namespace tacit::attacks
