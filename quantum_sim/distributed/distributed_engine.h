#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "quantum_sim/compile/pauli_rotations.h"
#include "quantum_sim/distributed/communicator.h"
#include "quantum_sim/distributed/redistribution.h"
#include "quantum_sim/memory.h"
#include "quantum_sim/state/parts.h"
#include "quantum_sim/state/scaled_steps.h"
#include "quantum_sim/state/state_angles.h"
#include "quantum_sim/state/state_kernels.h"
#include "quantum_sim/state/state_plan.h"

namespace tacit::quantum_sim {

/// One rank's share of a state through a circuit and back, as StateEngine has all of it: what DistributedSimulator
/// consists of. The order of calls is load, evolve, measure, seed, differentiate; each may be the last. Or, with rates
/// of change along a direction, load, load_direction, and those that end in `tangent`. Every rank makes the same calls.
template <class T>
class DistributedEngine {
 public:
  /// As of DistributedSimulator. Controls of `form` must be diagonal.
  DistributedEngine(Circuit circuit, RotationForm form, std::uint32_t outputs, Communicator& ranks);
  DistributedEngine(const DistributedEngine&) = delete;

  const Circuit& circuit() const noexcept { return circuit_; }
  const StatePlan& plan() const noexcept { return plan_; }

  void load(std::span<const T> parameters, std::span<const T> inputs, bool gradients, bool rates);
  void evolve();
  void measure(std::span<T> outputs);
  void seed(std::span<const T> upstream);
  void differentiate(std::span<T> gradient_parameters, std::span<T> gradient_inputs);

  void load_direction(std::span<const T> parameters_dot, std::span<const T> inputs_dot);
  void evolve_tangent();
  void measure_tangent(std::span<T> outputs_dot);
  void seed_tangent(std::span<const T> upstream, std::span<const T> upstream_dot);
  struct Cotangents {
    std::span<T> parameters, inputs, parameters_dot, inputs_dot;
  };
  void differentiate_tangent(const Cotangents& result);

 private:
  std::size_t local_rows() const { return redistribution_.local_rows(); }
  std::size_t row_elements() const { return std::size_t{2} << plan_.lane_bits; }
  std::size_t elements() const { return local_rows() * row_elements(); }

  /// This rank's share of `count` parts of equal size.
  struct Share {
    std::size_t first, last;
  };
  /// Of the blocks that a pass visits. They come first, so some ranks may have none.
  Share blocks_of(const Pass& pass) const;
  PassCall<T> call(std::size_t pass) const;
  TangentCall<T> tangent_call(std::size_t pass) const;

  /// Row after row: zeros but for the amplitudes that the state, or its rate, starts from.
  void write_start(std::span<const double> amplitudes, T* state) const;
  void start();
  /// The real part of an amplitude, in row after row; null if another rank has it.
  T* real_part(T* state, std::size_t index) const;
  /// Before pass `number` of the way forward.
  void move_into(std::size_t number, T* state);

  /// A string as it acts on this rank's rows, whose numbers lack the rank's bits, and the sign that they make.
  struct LocalString {
    PlannedString string;
    bool is_negative;
    const T* right;
  };
  LocalString localise(const PlannedString& string, const T* source);
  /// Re <left| P |right> over the rows of all ranks.
  double sum_elements(const PlannedString& string, const T* left, const T* right);
  void put_strings(std::span<const T> weights, const T* source, T* target, bool adds);

  /// Calls run(part, blocks of it, those before them) for the parts of a pass that are this rank's.
  template <class Run>
  void for_each_part(const Pass& pass, const Run& run) const;
  void undo(std::size_t number);
  void undo_tangent(std::size_t number);
  /// Adds up what the ranks found, in the order of one process.
  void sum_parts(std::span<const double> own, std::size_t number, std::vector<double>& result);
  double sum_of(std::size_t part, std::size_t place, std::size_t parts, std::size_t count) const;
  void read_amplitude_gradients(const RankLayout& layout, T gain, T* lambda, std::vector<double>& result);

  Circuit circuit_;
  Communicator& ranks_;
  StateKernels<T> kernels_;
  RotationForm form_;
  StatePlan plan_;
  Redistribution<T> redistribution_;
  StateAngles<T> angles_;
  ScaledSteps<T> steps_;
  RankLayout plain_;
  std::vector<RankLayout> layouts_;  ///< of the passes
  std::string name_;
  AlignedArray<T> psi_, lambda_, psi_dot_, lambda_dot_, copy_;
  std::vector<double> own_sums_, own_sums_dot_, all_sums_, values_;
  std::vector<double> by_rotation_, by_rotation_dot_, by_amplitude_, by_amplitude_dot_;
};

template <class T>
template <class Run>
void DistributedEngine<T>::for_each_part(const Pass& pass, const Run& run) const {
  const std::size_t blocks = pass.blocks(), parts = std::min(blocks, most_parts);
  const Share own = blocks_of(pass);
  for (std::size_t part = 0; part < parts; ++part) {
    const Part range(blocks, parts, part);
    // A part never lies on two ranks: both are powers of two, and parts are no larger.
    if (range.first >= own.first && range.first < own.last) run(part, range, range.first - own.first);
  }
}

}  // namespace tacit::quantum_sim
