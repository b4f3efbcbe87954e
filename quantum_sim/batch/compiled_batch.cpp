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
// of four fill 32 KiB. Levels by registers: eight rows of one state take half of 32, and so does half of a group of
// eight rows of two, or of sixteen of one, which are only read; a diagonal needs whole groups.
constexpr VisitLimits one_state{.block_dimension = 8, .levels = 3, .levels_behind_diagonal = 3};
constexpr VisitLimits psi_and_lambda{
    .block_dimension = 6, .levels = 3, .levels_behind_diagonal = 3, .gradient_levels = 4};
constexpr VisitLimits psi_and_derivative{.block_dimension = 6, .levels = 3, .levels_behind_diagonal = 2};
constexpr VisitLimits all_four{.block_dimension = 6, .levels = 3, .levels_behind_diagonal = 2, .gradient_levels = 3};

// Kept states stay in the second level of cache: 2^12 rows take 512 KiB, and as much again for derivatives.
constexpr std::size_t most_rows_kept = std::size_t{1} << 12;

}  // namespace

CompiledBatch::CompiledBatch(Circuit circuit_in, const std::vector<Observable>& observables)
    : circuit(std::move(circuit_in)),
      program(compile_for_batches(circuit, observables)),
      kept(layers_to_keep(program, most_rows_kept)),
      forward(plan_forward(program, one_state)),
      forward_tangent(plan_forward(program, psi_and_derivative)),
      gradient{plan_forward(program, one_state, kept), plan_backward(program, psi_and_lambda, kept)},
      gradient_tangent{plan_forward(program, psi_and_derivative, kept), plan_backward(program, all_four, kept)} {}

}  // namespace tacit::quantum_sim
