#include "attacks/initialisers/uniform.h"

#include "core/error.h"

namespace tacit::attacks {

std::unique_ptr<const Initialiser> Uniform::make(ConfigTable section) {
  std::optional<Bounds> range;
  if (section.has("range")) {
    const std::vector<double> ends = section.numbers("range", {-1e9, 1e9});
    if (ends.size() != 2 || !(ends[0] < ends[1])) {
      section.refuse("range", "expected two numbers, the lower before the higher");
    }
    range = Bounds{ends[0], ends[1]};
  }
  return std::make_unique<const Uniform>(range);
}

std::vector<Need> Uniform::needs() const {
  if (range_) return {};
  return {Need::feature_bounds};
}

void Uniform::fill(const Features& features, RandomStream& random, std::span<double> x) const {
  const std::optional<Bounds> range = range_ ? range_ : features.bounds;
  if (!range) fail(ErrorKind::configuration, "uniform start values need a range or the bounds of the features");
  for (double& value : x) value = random.uniform(range->low, range->high);
}

}  // namespace tacit::attacks
