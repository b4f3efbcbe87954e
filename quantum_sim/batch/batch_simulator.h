#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "quantum_sim/batch/plan_summary.h"
#include "quantum_sim/circuit/circuit.h"

namespace tacit::quantum_sim {

struct BatchOptions {
  /// That share the tiles of a call, the calling one counted.
  std::size_t threads = 1;
};

/// Expectation values of a batch of samples, their adjoint gradients and the exact tangents of both (promise P5).
///
/// Compiled once from circuit and observables (index frames for CNOT, coefficient slots, tile size), then executed many
/// times. States lie batch-innermost: one row an amplitude, one column a sample, a tile of columns a SIMD vector wide
/// stays in cache through the whole circuit. No allocation, name look-up or virtual call a gate inside execution after
/// the first call. T is float or double. Results do not depend on the number of samples in a call or on threads.
///
/// Shapes, row-major: parameters [P], inputs [batch, I], outputs [batch, K], upstream [batch, K].
/// One simulator serves one calling thread at a time; its own threads are asleep between calls.
template <class T>
class BatchSimulator {
 public:
  /// Throws Error(usage) on an observable that touches a qubit out of range or zero threads, Error(resource) if one
  /// state tile for each thread does not fit into memory (says how much they need).
  BatchSimulator(Circuit circuit, std::vector<Observable> observables, BatchOptions options = {});
  ~BatchSimulator();
  BatchSimulator(BatchSimulator&&) noexcept;

  const Circuit& circuit() const noexcept;
  std::size_t outputs() const noexcept;
  /// What this engine made of the circuit.
  PlanSummary plan() const;

  /// outputs[b,k] = <psi_b| O_k |psi_b>. Throws Error(usage) on sizes that do not fit, a NaN angle or an arccos
  /// of a value outside [-1, 1] (names the gate); the methods below also at +-1 where its derivative is asked for.
  void forward(std::span<const T> parameters, std::span<const T> inputs, std::size_t batch, std::span<T> outputs);

  /// Vector-Jacobian product by one adjoint sweep: with w = upstream,
  ///   gradient_parameters[p] = sum_{b,k} w[b,k] d outputs[b,k] / d theta_p     (written; empty = not wanted)
  ///   gradient_inputs[b,j]   = sum_k     w[b,k] d outputs[b,k] / d x_{b,j}     (written; empty = not wanted)
  /// Also writes `outputs` if not empty.
  void backward(std::span<const T> parameters, std::span<const T> inputs, std::size_t batch,
                std::span<const T> upstream, std::span<T> outputs, std::span<T> gradient_parameters,
                std::span<T> gradient_inputs);

  /// Outputs and their derivative along (parameters_dot, inputs_dot); an empty direction is zero.
  void forward_tangent(std::span<const T> parameters, std::span<const T> inputs, std::size_t batch,
                       std::span<const T> parameters_dot, std::span<const T> inputs_dot, std::span<T> outputs,
                       std::span<T> outputs_dot);

  struct Cotangents {
    std::span<T> parameters, inputs;          ///< as in backward
    std::span<T> parameters_dot, inputs_dot;  ///< their derivatives along the direction
  };
  /// Backward and its derivative along (parameters_dot, inputs_dot, upstream_dot), by the four-state sweep of the
  /// design: psi, psi_dot, lambda, lambda_dot; no tape, exact.
  void backward_tangent(std::span<const T> parameters, std::span<const T> inputs, std::size_t batch,
                        std::span<const T> parameters_dot, std::span<const T> inputs_dot, std::span<const T> upstream,
                        std::span<const T> upstream_dot, const Cotangents& result);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tacit::quantum_sim
