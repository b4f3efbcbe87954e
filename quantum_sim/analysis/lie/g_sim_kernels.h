#pragma once

#include <cstddef>
#include <cstdint>

#include "quantum_sim/analysis/lie/g_sim_plan.h"

namespace tacit::quantum_sim {

/// What the passes of g-sim read: rotations in order of application.
struct PlaneProgram {
  const PlanePlan* plan;
  const double* cosine;  ///< of the whole angle of each rotation
  const double* sine;
};

/// Rows that run_gradient_rows carries at once: a cache line a string.
inline constexpr std::size_t row_lanes = 8;

/// Takes an observable back through rotations [first, rotations): `dual` [basis] becomes its Heisenberg picture there.
void run_dual(const PlaneProgram& program, std::size_t first, double* dual);

/// Takes expectation values and the Heisenberg picture of an observable forward through the circuit, interleaved as
/// [basis][2], and writes rate[k], the derivative of their product by the angle of rotation k.
void run_gradient(const PlaneProgram& program, double* values_and_dual, double* rate);

/// Takes an observable back through the circuit, and with it row_lanes derivatives of its Heisenberg picture, `rows`
/// [basis][row_lanes] from zero: rotation k adds weight[k][lane] times the derivative by its angle. Rotations from
/// `end` on have only weights of zero.
void run_gradient_rows(const PlaneProgram& program, std::size_t end, const double* weight, double* dual, double* rows);

}  // namespace tacit::quantum_sim
