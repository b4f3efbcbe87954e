#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "quantum_sim/circuit/circuit.h"
#include "quantum_sim/compile/pauli_rotations.h"
#include "quantum_sim/memory.h"
#include "quantum_sim/state/rotation_angles.h"
#include "quantum_sim/state/scaled_steps.h"
#include "quantum_sim/state/state_kernels.h"
#include "quantum_sim/state/state_plan.h"
#include "quantum_sim/state/thread_team.h"

namespace tacit::quantum_sim {

/// One large state through a circuit and back: what StateSimulator and StateReadout share. The order of calls is load,
/// evolve, measure, seed, differentiate; each may be the last.
template <class T>
class StateEngine {
 public:
  /// `form` must be without controls. Throws Error(resource) if a state does not fit into memory or a thread cannot be
  /// started.
  StateEngine(Circuit circuit, RotationForm form, std::uint32_t outputs, std::size_t threads);
  StateEngine(const StateEngine&) = delete;

  const Circuit& circuit() const noexcept { return circuit_; }
  const StatePlan& plan() const noexcept { return plan_; }
  /// psi = scale * F^dagger U |start>, F and scale as left over by these steps, but for a global phase.
  const ScaledSteps<T>& steps() const noexcept { return steps_; }
  const RotationForm& form() const noexcept { return form_; }
  const RotationAngles<T>& angles() const noexcept { return angles_; }

  /// Takes the values of one call. Throws Error(usage) on sizes that do not fit and angles that are not finite.
  void load(std::span<const T> parameters, std::span<const T> inputs, bool wants_derivatives);
  /// psi = U |start>, up to what `steps` says.
  void evolve();
  /// Expectation values of psi [outputs].
  void measure(std::span<T> outputs);
  /// lambda = sum_k upstream[k] O_k psi, in the inverse of psi's scale.
  void seed(std::span<const T> upstream);
  /// Takes psi and lambda back to the start. An empty result is not wanted.
  void differentiate(std::span<T> gradient_parameters, std::span<T> gradient_inputs);

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
  T* final_psi() const { return (ends_in_other() ? psi_.other : psi_.one).get(); }
  T* final_lambda() const { return (ends_in_other() ? lambda_.other : lambda_.one).get(); }
  PassCall<T> call(std::size_t pass, std::size_t thread);
  void allocate(bool both_states);
  void start();
  void undo(std::size_t pass);
  void read_amplitude_gradients();

  Circuit circuit_;
  StateKernels<T> kernels_;
  RotationForm form_;
  StatePlan plan_;
  RotationAngles<T> angles_;
  ScaledSteps<T> steps_;
  ThreadTeam team_;
  std::string state_name_, gradient_name_;  // made once: calls must not allocate
  Buffers psi_, lambda_;
  AlignedArray<T> psi_blocks_, lambda_blocks_;
  std::vector<double> sums_, by_rotation_, by_amplitude_, values_;
};

}  // namespace tacit::quantum_sim
