#include "attacks/initialisers/grey.h"

#include "core/error.h"

namespace tacit::attacks {

std::unique_ptr<const Initialiser> Grey::make(ConfigTable section) {
  return std::make_unique<const Grey>(section.number("jitter", {0, 1e9}, 0.0));
}

void Grey::fill(const Features& features, RandomStream& random, std::span<double> x) const {
  if (!features.bounds) fail(ErrorKind::configuration, "grey start values need the bounds of the features");
  for (double& value : x) value = features.bounds->middle() + (jitter_ > 0 ? jitter_ * random.normal() : 0.0);
}

}  // namespace tacit::attacks
