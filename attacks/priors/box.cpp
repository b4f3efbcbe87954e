#include "attacks/priors/box.h"

#include <algorithm>

#include "attacks/require_equal_sizes.h"
#include "core/error.h"

namespace tacit::attacks {

std::unique_ptr<const Prior> Box::make(ConfigTable section) {
  return std::make_unique<const Box>(section.number("weight", {0, 1e9}));
}

void Box::check(const Features& features) const {
  if (!features.bounds) fail(ErrorKind::configuration, "the box prior needs the bounds of the features");
}

double Box::add(const Features& features, std::span<const double> x, double scale, std::span<double> gradient) const {
  require_equal_sizes("box prior", features.size(), x.size(), gradient.size());
  const double weight = scale * weight_ / static_cast<double>(x.size());
  double sum = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double outside = x[i] - std::clamp(x[i], features.bounds->low, features.bounds->high);
    sum += weight * outside * outside;
    gradient[i] += 2 * weight * outside;
  }
  return sum;
}

}  // namespace tacit::attacks
