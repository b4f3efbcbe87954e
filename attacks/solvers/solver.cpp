#include "attacks/solvers/solver.h"

#include "attacks/registry.h"
#include "attacks/solvers/adam.h"
#include "attacks/solvers/cma_es.h"
#include "attacks/solvers/lbfgs.h"
#include "attacks/solvers/low_pass.h"

namespace tacit::attacks {

std::string_view to_string(StopReason reason) noexcept {
  switch (reason) {
    case StopReason::target_reached:
      return "target reached";
    case StopReason::converged:
      return "converged";
    case StopReason::no_progress:
      return "no progress";
    case StopReason::iterations:
      return "iteration limit";
    case StopReason::asked_to_stop:
      return "stopped";
  }
  return "unknown";
}

std::unique_ptr<const Solver> make_solver(ConfigTable section) {
  static constexpr RegistryEntry<Solver> table[] = {
      {"adam", &Adam::make},
      {"lbfgs", &Lbfgs::make},
      {"low_pass", &LowPass::make},
      {"cma_es", &CmaEs::make},
  };
  return make_part(table, section);
}

}  // namespace tacit::attacks
