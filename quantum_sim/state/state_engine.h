#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "quantum_sim/circuit/circuit.h"
#include "quantum_sim/compile/pauli_rotations.h"
#include "quantum_sim/memory.h"
#include "quantum_sim/state/scaled_steps.h"
#include "quantum_sim/state/state_angles.h"
#include "quantum_sim/state/state_kernels.h"
#include "quantum_sim/state/state_plan.h"
#include "quantum_sim/thread_team.h"

namespace tacit::quantum_sim {

/// One large state through a circuit and back: what StateSimulator and StateReadout share. The order of calls is load,
/// evolve, measure, seed, differentiate; each may be the last. Or, with rates of change along a direction, load,
/// load_direction, and those that end in `tangent`.
template <class T>
class StateEngine {
 public:
  /// Controls of `form` must be diagonal. Throws Error(resource) if a state does not fit into memory or a thread cannot
  /// be started.
  StateEngine(Circuit circuit, RotationForm form, std::uint32_t outputs, std::size_t threads);
  StateEngine(const StateEngine&) = delete;

  const Circuit& circuit() const noexcept { return circuit_; }
  const StatePlan& plan() const noexcept { return plan_; }
  /// psi = scale * F^dagger U |start>, F and scale as left over by these steps, but for a global phase.
  const ScaledSteps<T>& steps() const noexcept { return steps_; }
  const RotationForm& form() const noexcept { return form_; }
  const StateAngles<T>& angles() const noexcept { return angles_; }

  /// Takes the values of one call. Throws Error(usage) on sizes that do not fit and angles that are not finite.
  enum class Wants : std::uint8_t { values, gradients, rates, gradient_rates };
  void load(std::span<const T> parameters, std::span<const T> inputs, Wants wants);
  /// psi = U |start>, up to what `steps` says.
  void evolve();
  /// Expectation values of psi [outputs].
  void measure(std::span<T> outputs);
  /// lambda = sum_k upstream[k] O_k psi, in the inverse of psi's scale.
  void seed(std::span<const T> upstream);
  /// Takes psi and lambda back to the start. An empty result is not wanted.
  void differentiate(std::span<T> gradient_parameters, std::span<T> gradient_inputs);

  /// Takes a direction; an empty one is zero. Throws Error(usage) on sizes that do not fit.
  void load_direction(std::span<const T> parameters_dot, std::span<const T> inputs_dot);
  /// psi and psi_dot.
  void evolve_tangent();
  /// Rates of the expectation values [outputs].
  void measure_tangent(std::span<T> outputs_dot);
  /// Also lambda_dot, with the weights' rates; empty ones are zero.
  void seed_tangent(std::span<const T> upstream, std::span<const T> upstream_dot);
  struct Cotangents {
    std::span<T> parameters, inputs, parameters_dot, inputs_dot;
  };
  void differentiate_tangent(const Cotangents& result);

  /// The evolved state: rows of a vector of real parts, then one of imaginary parts, in the layout of the last pass.
  const T* psi() const noexcept { return final_psi(); }

 private:
  // A single block moves between two arrays from pass to pass.
  struct Buffers {
    AlignedArray<T> one, other;
    void ensure(std::size_t count, bool both, const std::string& what) {
      one.ensure(count, what);
      if (both) other.ensure(count, what);
    }
  };

  std::size_t row_elements() const { return std::size_t{2} << plan_.lane_bits; }
  std::size_t elements() const { return plan_.rows() * row_elements(); }
  std::size_t block_elements() const { return plan_.passes.empty() ? 0 : plan_.passes.front().rows() * row_elements(); }
  bool ends_in_other() const { return plan_.single_block && plan_.passes.size() % 2; }
  T* final(const Buffers& state) const { return (ends_in_other() ? state.other : state.one).get(); }
  T* final_psi() const { return final(psi_); }
  T* final_lambda() const { return final(lambda_); }
  PassCall<T> call(std::size_t pass, std::size_t thread);
  TangentCall<T> tangent_call(std::size_t pass, std::size_t thread);
  void allocate(bool gradients, bool rates);
  void write_start(std::span<const double> amplitudes, T* state) const;
  void start();
  double sum_elements(const PlannedString& string, const T* left, const T* right);
  void put_strings(std::span<const T> weights, const T* source, T* target, bool adds);
  void undo(std::size_t pass);
  void undo_tangent(std::size_t pass);
  void sum_parts(std::span<const double> parts, std::size_t pass, std::vector<double>& result) const;
  void read_amplitude_gradients(const Buffers& lambda, std::vector<double>& result) const;

  Circuit circuit_;
  StateKernels<T> kernels_;
  RotationForm form_;
  StatePlan plan_;
  StateAngles<T> angles_;
  ScaledSteps<T> steps_;
  ThreadTeam team_;
  std::string state_name_, states_name_;  // made once: calls must not allocate
  Buffers psi_, lambda_, psi_dot_, lambda_dot_;
  AlignedArray<T> psi_blocks_, lambda_blocks_, psi_dot_blocks_, lambda_dot_blocks_;
  std::vector<double> sums_, by_rotation_, by_amplitude_, values_;
  std::vector<double> sums_dot_, by_rotation_dot_, by_amplitude_dot_;
};

}  // namespace tacit::quantum_sim
