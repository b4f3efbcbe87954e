#pragma once

#include <vector>

#include "quantum_sim/batch/commuting_layers.h"
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
  std::vector<CommutingLayer> kept;  ///< layers behind which passes that go back keep a state
  VisitPlan forward, forward_tangent;
  /// Of calls that go back: both ways.
  struct ThereAndBack {
    VisitPlan forward, backward;
  };
  ThereAndBack gradient, gradient_tangent;
};

}  // namespace tacit::quantum_sim
