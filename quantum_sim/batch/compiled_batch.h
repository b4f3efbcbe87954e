#pragma once

#include <vector>

#include "quantum_sim/batch/visit_plan.h"
#include "quantum_sim/circuit/circuit.h"
#include "quantum_sim/compile/program.h"

namespace tacit::quantum_sim {

/// A circuit with its observables as the passes over tiles of samples execute it. Tangent passes carry twice the
/// states, so they walk the sweeps in smaller steps.
struct CompiledBatch {
  CompiledBatch(Circuit circuit_in, const std::vector<Observable>& observables);

  Circuit circuit;
  Program program;
  VisitPlan forward, backward, forward_tangent, backward_tangent;
};

}  // namespace tacit::quantum_sim
