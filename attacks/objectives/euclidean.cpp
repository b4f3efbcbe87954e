#include "attacks/objectives/euclidean.h"

#include "attacks/require_equal_sizes.h"
#include "models/kernels/inner_products.h"

namespace tacit::attacks {
namespace {

template <class T>
double squared_distance(std::span<const T> candidate, std::span<const T> observed, std::span<T> derivative) {
  require_equal_sizes("gradient objective", candidate.size(), observed.size(), derivative.size());
  return models::kernels::subtract<T>(T(2), candidate, T(2), observed, derivative, true);
}

}  // namespace

std::unique_ptr<const Objective> Euclidean::make(ConfigTable) {
  return std::make_unique<const Euclidean>();
}

double Euclidean::evaluate(std::span<const double> candidate, std::span<const double> observed,
                           std::span<double> derivative) const {
  return squared_distance<double>(candidate, observed, derivative);
}

double Euclidean::evaluate_in_float(std::span<const float> candidate, std::span<const float> observed,
                                    std::span<float> derivative) const {
  return squared_distance<float>(candidate, observed, derivative);
}

}  // namespace tacit::attacks
