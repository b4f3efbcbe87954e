#include "attacks/objectives/objective.h"

#include <algorithm>
#include <vector>

#include "attacks/objectives/absolute.h"
#include "attacks/objectives/cosine.h"
#include "attacks/objectives/defended.h"
#include "attacks/objectives/euclidean.h"
#include "attacks/objectives/masked_cosine.h"
#include "attacks/objectives/masked_euclidean.h"
#include "attacks/objectives/tag.h"
#include "attacks/registry.h"

namespace tacit::attacks {

double Objective::evaluate_in_float(std::span<const float> candidate, std::span<const float> observed,
                                    std::span<float> derivative) const {
  std::vector<double> wide(derivative.size());
  const double value = evaluate(std::vector<double>(candidate.begin(), candidate.end()),
                                std::vector<double>(observed.begin(), observed.end()), std::span<double>(wide));
  std::ranges::transform(wide, derivative.begin(), [](double v) { return static_cast<float>(v); });
  return value;
}

AdaptedObjective Objective::adapted_to(const models::Model<double>&, std::span<const UpdateInUnits>,
                                       std::size_t) const {
  return {};
}

std::unique_ptr<const Objective> make_objective(ConfigTable section) {
  // One a line.
  // clang-format off
  static constexpr RegistryEntry<Objective> table[] = {
      {"euclidean", &Euclidean::make},
      {"cosine", &Cosine::make},
      {"masked_cosine", &MaskedCosine::make},
      {"masked_euclidean", &MaskedEuclidean::make},
      {"absolute", &Absolute::make},
      {"tag", &Tag::make},
      {"defended", &Defended::make},
  };
  // clang-format on
  return make_part(table, section);
}

}  // namespace tacit::attacks
