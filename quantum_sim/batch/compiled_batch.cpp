#include "quantum_sim/batch/compiled_batch.h"

#include <utility>

#include "quantum_sim/compile/diagonals.h"

namespace tacit::quantum_sim {
namespace {

Program compile_for_batches(const Circuit& circuit, const std::vector<Observable>& observables) {
  Program program = compile(circuit, observables);
  gather_diagonals(program);
  return program;
}

// Blocks stay in the first level of cache: a row of a state takes two vectors of 64 bytes, so 2^8 of one state or 2^6
// of four fill 32 KiB. Blocks of 2^7 of two states would fit as well, but were slower. Levels by registers: eight rows
// of one state take half of 32.
constexpr VisitLimits one_state{8, 3}, psi_and_lambda{6, 3}, psi_and_derivative{6, 2}, all_four{6, 2};

}  // namespace

CompiledBatch::CompiledBatch(Circuit circuit_in, const std::vector<Observable>& observables)
    : circuit(std::move(circuit_in)),
      program(compile_for_batches(circuit, observables)),
      forward(plan_visits(program, one_state)),
      backward(plan_visits(program, psi_and_lambda)),
      forward_tangent(plan_visits(program, psi_and_derivative)),
      backward_tangent(plan_visits(program, all_four)) {}

}  // namespace tacit::quantum_sim
