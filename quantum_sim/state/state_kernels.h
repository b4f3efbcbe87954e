#pragma once

#include <cstddef>
#include <cstdint>

#include "quantum_sim/state/state_plan.h"

namespace tacit::quantum_sim {

/// One pass over some of its blocks. Arrays are 64-byte aligned; a state has 2 (vector width) numbers a row.
template <class T>
struct PassCall {
  const StatePlan* plan;
  const Pass* pass;
  const T* tangents;            ///< [rotations of the pass]
  T psi_gain, lambda_gain;      ///< forward on the way into the block, backward on the way out
  T *psi, *lambda;              ///< the state; for a single block, the block in the layout before the pass
  T *psi_block, *lambda_block;  ///< one block
  /// Of controlled rotations, whose `tangents` are sines [rotations of the pass]; and what the index of an amplitude is
  /// to be XORed with before their controls see it.
  const T* cosines;
  const std::uint32_t* shifts;
};

/// With the rates of both states.
template <class T>
struct TangentCall : PassCall<T> {
  const T* rates;  ///< of half the angles [rotations of the pass], in the signs of tangents
  T *psi_dot, *lambda_dot;
  T *psi_dot_block, *lambda_dot_block;
};

/// Rows first .. last - 1 of a state under one string of an observable.
template <class T>
struct StringCall {
  const PlannedString* string;
  std::size_t first, last;
  const T *left, *right;
  T* target;
  T weight;
};

/// What one instruction set offers. Taken once for a simulator, which then keeps to it.
template <class T>
struct StateKernels {
  std::uint32_t lane_bits;
  void (*forward)(const PassCall<T>& call, std::size_t first_block, std::size_t last_block);
  /// Adds each rotation's gradient to sums [rotations of the pass].
  void (*backward)(const PassCall<T>& call, std::size_t first_block, std::size_t last_block, double* sums);
  void (*forward_tangent)(const TangentCall<T>& call, std::size_t first_block, std::size_t last_block);
  /// Also adds the gradients' rates to sums_dot.
  void (*backward_tangent)(const TangentCall<T>& call, std::size_t first_block, std::size_t last_block, double* sums,
                           double* sums_dot);
  /// All four for blocks that lie one after another, from psi_block and the others on, as the visits want them: nothing
  /// is copied and no gain is applied.
  void (*forward_in_place)(const PassCall<T>& call, std::size_t first_block, std::size_t last_block);
  void (*backward_in_place)(const PassCall<T>& call, std::size_t first_block, std::size_t last_block, double* sums);
  void (*forward_tangent_in_place)(const TangentCall<T>& call, std::size_t first_block, std::size_t last_block);
  void (*backward_tangent_in_place)(const TangentCall<T>& call, std::size_t first_block, std::size_t last_block,
                                    double* sums, double* sums_dot);
  /// Re <left| P |right> over the rows.
  double (*matrix_element)(const StringCall<T>& call);
  /// target = weight * P * right over the rows; or added to it.
  void (*write_string)(const StringCall<T>& call);
  void (*add_string)(const StringCall<T>& call);
};

/// Of the best instruction set of this machine.
template <class T>
StateKernels<T> state_kernels();

}  // namespace tacit::quantum_sim
