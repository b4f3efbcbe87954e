#include "attacks/objectives/objective.h"

#include "attacks/objectives/cosine.h"
#include "attacks/objectives/euclidean.h"
#include "attacks/registry.h"

namespace tacit::attacks {

std::unique_ptr<const Objective> make_objective(ConfigTable section) {
  static constexpr RegistryEntry<Objective> table[] = {
      {"euclidean", &Euclidean::make},
      {"cosine", &Cosine::make},
  };
  return make_part(table, section);
}

}  // namespace tacit::attacks
