#include "attacks/malicious/craft.h"

#include "attacks/malicious/fishing.h"
#include "attacks/malicious/imprint.h"
#include "attacks/malicious/loki.h"
#include "attacks/malicious/trap_weights.h"
#include "attacks/registry.h"

namespace tacit::attacks {
namespace {

constexpr RegistryEntry<Craft> crafts[] = {
    {"fishing", make_fishing_craft},
    {"imprint", make_imprint_craft},
    {"loki", make_loki_craft},
    {"trap_weights", make_trap_weights_craft},
};

}  // namespace

std::unique_ptr<const Craft> make_craft(ConfigTable section) {
  return make_part(crafts, section, "craft");
}

std::vector<std::string> craft_names() {
  std::vector<std::string> names;
  for (const auto& entry : crafts) names.emplace_back(entry.name);
  return names;
}

}  // namespace tacit::attacks
