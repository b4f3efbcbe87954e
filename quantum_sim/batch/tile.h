#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "quantum_sim/batch/measured_sums.h"
#include "quantum_sim/batch/visit_plan.h"
#include "quantum_sim/compile/program.h"

namespace tacit::quantum_sim {

/// Samples of one tile. Fixed, not the vector width of the machine, so that results are the same for all of them.
template <class T>
inline constexpr std::size_t tile_width = 64 / sizeof(T);

/// Numbers that a sweep needs of one angle: cosine, sine, and the rate of change for tangents. Of half the angle for a
/// rotation, of the whole angle for a phase.
inline constexpr std::size_t coefficients_of_slot = 3;

/// Everything one execution of the program over one tile reads and writes. W = tile_width. Arrays are 64-byte aligned.
/// States have rows() rows of 2 W elements; one vector-wide block of columns after another passes through the whole
/// program in the first 2 (vector width) elements a row.
template <class T>
struct Tile {
  const Program* program;
  const VisitPlan* forward_plan;   ///< of the pass that evolves psi (and psi_dot)
  const VisitPlan* backward_plan;  ///< of the pass that undoes it, taken in reverse
  std::size_t samples;             ///< 1 .. W; lanes beyond hold zero angles and zero upstream

  const T* forward_coefficients;   ///< [slots][3], of angles that all samples share
  const T* backward_coefficients;  ///< [slots][3]
  const std::uint8_t* scaled;      ///< [slots], 1: the sine is a tangent, the cosine is left out
  const T* measured_coefficients;  ///< [measured]
  std::span<const MeasuredGroup> measured_groups;
  const T* measured_weights;   ///< [tables of the groups][rows]
  T output_factor;             ///< of all outputs
  const T* lane_coefficients;  ///< [lane_slots][3][W]
  const T* diagonal_factors;   ///< [diagonals][rows][2]
  const T* diagonal_rates;     ///< [diagonals][rows]
  const T* upstream;           ///< [outputs][W]
  const T* upstream_dot;       ///< [outputs][W]

  std::size_t state_stride;  ///< between two of the states psi, in elements
  T* psi;                    ///< [states of the forward plan]
  T* psi_dot;                ///< [states of the forward plan]
  T* lambda;
  T* lambda_dot;

  T* psi_at(std::uint32_t state) const { return psi + state * state_stride; }
  T* psi_dot_at(std::uint32_t state) const { return psi_dot + state * state_stride; }
  /// Behind the last sweep.
  std::uint32_t last_state() const { return forward_plan->states - 1; }

  const T* start;         ///< [encoded amplitudes][W], what psi starts from
  const T* start_dot;     ///< [encoded amplitudes][W]
  T* start_gradient;      ///< [encoded amplitudes][W], 2 Re lambda there
  T* start_gradient_dot;  ///< [encoded amplitudes][W]

  T* outputs;       ///< [outputs][W]
  T* outputs_dot;   ///< [outputs][W]
  T* gradient;      ///< [slots][W], d(upstream . outputs) / d angle up to the slot's gradient factor; zero for
                    ///< slots of diagonals
  T* gradient_dot;  ///< [slots][W]

  T* overlaps;                ///< [rows][W], work space: gradients by row of one diagonal
  T* overlaps_dot;            ///< [rows][W]
  double* diagonal_sums;      ///< [diagonals][rows], to which their sums over the samples are added
  double* diagonal_sums_dot;  ///< [diagonals][rows]
};

// Each runs a whole tile with the best instruction set of this machine. `outputs` is written by all unless null.
void run_forward(const Tile<float>& tile);
void run_forward(const Tile<double>& tile);
/// Reads upstream; writes gradient.
void run_backward(const Tile<float>& tile);
void run_backward(const Tile<double>& tile);
/// Writes outputs_dot.
void run_forward_tangent(const Tile<float>& tile);
void run_forward_tangent(const Tile<double>& tile);
/// Reads upstream and upstream_dot; writes gradient and gradient_dot.
void run_backward_tangent(const Tile<float>& tile);
void run_backward_tangent(const Tile<double>& tile);

}  // namespace tacit::quantum_sim
