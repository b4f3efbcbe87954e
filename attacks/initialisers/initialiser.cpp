#include "attacks/initialisers/initialiser.h"

#include "attacks/initialisers/colour.h"
#include "attacks/initialisers/constant.h"
#include "attacks/initialisers/grey.h"
#include "attacks/initialisers/normal.h"
#include "attacks/initialisers/tiled.h"
#include "attacks/initialisers/truncated_normal.h"
#include "attacks/initialisers/uniform.h"
#include "attacks/registry.h"

namespace tacit::attacks {

std::unique_ptr<const Initialiser> make_initialiser(ConfigTable section) {
  static constexpr RegistryEntry<Initialiser> table[] = {
      {"uniform", &Uniform::make}, {"normal", &Normal::make},     {"truncated_normal", &TruncatedNormal::make},
      {"grey", &Grey::make},       {"constant", &Constant::make}, {"tiled", &Tiled::make},
      {"colour", &Colour::make},
  };
  return make_part(table, section);
}

}  // namespace tacit::attacks
