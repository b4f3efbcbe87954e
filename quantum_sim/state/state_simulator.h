#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "quantum_sim/circuit/circuit.h"

namespace tacit::quantum_sim {

struct StatePlan;

struct StateOptions {
  std::size_t threads = 1;  ///< the caller's among them; states of fewer than 2^14 amplitudes use one
};

/// Expectation values of one circuit on one large state, and their adjoint gradients.
///
/// Compiled once from circuit and observables, then executed many times. Amplitudes lie in the lanes of vectors; groups
/// of rotations are applied to one block of the state after another while it is in the first-level cache
/// (state_plan.h). No allocation, name look-up or virtual call a gate inside execution after the first call. T is float
/// or double. Results do not depend on the number of threads. One simulator serves one thread at a time.
///
/// Shapes: parameters [P], inputs [I], outputs [K], upstream [K].
template <class T>
class StateSimulator {
 public:
  /// Throws Error(usage) on an observable that touches a qubit out of range, Error(resource) if the state does not fit
  /// into memory (says how much it needs) or a thread cannot be started.
  StateSimulator(Circuit circuit, std::vector<Observable> observables, StateOptions options = {});
  ~StateSimulator();
  StateSimulator(StateSimulator&&) noexcept;

  const Circuit& circuit() const noexcept;
  std::size_t outputs() const noexcept;
  const StatePlan& plan() const noexcept;

  /// outputs[k] = <psi| O_k |psi>. Throws Error(usage) on sizes that do not fit or an angle that is not finite (names
  /// the gate).
  void forward(std::span<const T> parameters, std::span<const T> inputs, std::span<T> outputs);

  /// Vector-Jacobian product by one adjoint sweep: with w = upstream,
  ///   gradient_parameters[p] = sum_k w[k] d outputs[k] / d theta_p     (written; empty = not wanted)
  ///   gradient_inputs[j]     = sum_k w[k] d outputs[k] / d x_j         (written; empty = not wanted)
  /// Also writes `outputs` if not empty.
  void backward(std::span<const T> parameters, std::span<const T> inputs, std::span<const T> upstream,
                std::span<T> outputs, std::span<T> gradient_parameters, std::span<T> gradient_inputs);

  /// Outputs (written; empty = not wanted) and their derivative along (parameters_dot, inputs_dot); an empty direction
  /// is zero.
  void forward_tangent(std::span<const T> parameters, std::span<const T> inputs, std::span<const T> parameters_dot,
                       std::span<const T> inputs_dot, std::span<T> outputs, std::span<T> outputs_dot);

  struct Cotangents {
    std::span<T> parameters, inputs;          ///< as in backward
    std::span<T> parameters_dot, inputs_dot;  ///< their derivatives along the direction
  };
  /// Backward and its derivative along (parameters_dot, inputs_dot, upstream_dot), by the four-state sweep of the
  /// design: psi, psi_dot, lambda, lambda_dot; no tape, exact.
  void backward_tangent(std::span<const T> parameters, std::span<const T> inputs, std::span<const T> parameters_dot,
                        std::span<const T> inputs_dot, std::span<const T> upstream, std::span<const T> upstream_dot,
                        const Cotangents& result);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tacit::quantum_sim
