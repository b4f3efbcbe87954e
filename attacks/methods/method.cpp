#include "attacks/methods/method.h"

#include "attacks/algebraic/algebraic_attack.h"
#include "attacks/analytic_linear.h"
#include "attacks/attention_inversion.h"
#include "attacks/fishing_inversion.h"
#include "attacks/gradient_matching.h"
#include "attacks/imprint_inversion.h"
#include "attacks/learned/learned_inversion.h"
#include "attacks/loki_inversion.h"
#include "attacks/mixtures/mixture_decoding.h"
#include "attacks/r_gap/recursive_inversion.h"
#include "attacks/registry.h"
#include "attacks/snapshot/snapshot_attack.h"
#include "attacks/tabular/tableak.h"
#include "attacks/trap_weights_inversion.h"

namespace tacit::attacks {
namespace {

// One a line.
// clang-format off
constexpr RegistryEntry<Method> methods[] = {
    {"algebraic", make_algebraic},
    {"analytic_linear", make_analytic_linear},
    {"attention_inversion", make_attention_inversion},
    {"fishing", make_fishing},
    {"gradient_matching", make_gradient_matching},
    {"imprint", make_imprint},
    {"learned", make_learned},
    {"loki", make_loki},
    {"mixture_decoding", make_mixture_decoding},
    {"r_gap", make_r_gap},
    {"snapshot", make_snapshot},
    {"tableak", make_tableak},
    {"trap_weights", make_trap_weights},
};
// clang-format on

}  // namespace

std::unique_ptr<const Method> make_method(ConfigTable file) {
  return make_part(methods, file, "method");
}

}  // namespace tacit::attacks
