#include "attacks/initialisers/initialiser.h"

#include "attacks/initialisers/grey.h"
#include "attacks/initialisers/normal.h"
#include "attacks/initialisers/uniform.h"
#include "attacks/registry.h"

namespace tacit::attacks {

std::unique_ptr<const Initialiser> make_initialiser(ConfigTable section) {
  static constexpr RegistryEntry<Initialiser> table[] = {
      {"uniform", &Uniform::make},
      {"normal", &Normal::make},
      {"grey", &Grey::make},
  };
  return make_part(table, section);
}

}  // namespace tacit::attacks
