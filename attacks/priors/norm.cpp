#include "attacks/priors/norm.h"

#include <cmath>

#include "attacks/require_equal_sizes.h"

namespace tacit::attacks {

std::unique_ptr<const Prior> Norm::make(ConfigTable section) {
  const double weight = section.number("weight", {0, 1e9});
  return std::make_unique<const Norm>(weight, section.number("exponent", {1, 100}, 2.0));
}

double Norm::add(const Features& features, std::span<const double> x, double scale, std::span<double> gradient) const {
  require_equal_sizes("norm prior", features.size(), x.size(), gradient.size());
  const double weight = scale * weight_ / static_cast<double>(x.size());
  double sum = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    sum += weight * std::pow(std::abs(x[i]), exponent_) / exponent_;
    gradient[i] += std::copysign(weight * std::pow(std::abs(x[i]), exponent_ - 1), x[i]);
  }
  return sum;
}

}  // namespace tacit::attacks
