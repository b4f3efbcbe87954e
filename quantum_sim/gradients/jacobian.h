#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "quantum_sim/batch/batch_simulator.h"

namespace tacit::quantum_sim {

/// All derivatives of all outputs, row-major.
template <class T>
struct JacobianValues {
  std::vector<T> outputs;     ///< [batch, K]
  std::vector<T> parameters;  ///< d outputs[b,k] / d theta_p, [batch, K, P]
  std::vector<T> inputs;      ///< d outputs[b,k] / d x_{b,j}, [batch, K, I]
};

/// Jacobians by one adjoint sweep: each sample stands in K lanes of the batch, lane k with upstream weight one on
/// output k, and each lane carries the parameters as inputs of its own, so that their gradients stay apart.
template <class T>
class Jacobian {
 public:
  /// Errors as of BatchSimulator.
  Jacobian(const Circuit& circuit, std::vector<Observable> observables);

  /// parameters [P], inputs [batch, I]. Throws Error(usage) on sizes that do not fit or values that are not finite,
  /// Error(resource) if the result does not fit into memory.
  JacobianValues<T> operator()(std::span<const T> parameters, std::span<const T> inputs, std::size_t batch);

 private:
  std::size_t parameters_, inputs_, outputs_;
  BatchSimulator<T> simulator_;
};

/// One adjoint sweep of one sample, on an engine for batches or one for single states.
template <class T, class Engine>
void backward_of_one(Engine& engine, std::span<const T> parameters, std::span<const T> inputs,
                     std::span<const T> upstream, std::span<T> outputs, std::span<T> gradient_parameters,
                     std::span<T> gradient_inputs) {
  if constexpr (requires { engine.backward(parameters, inputs, upstream, outputs, gradient_parameters, outputs); })
    engine.backward(parameters, inputs, upstream, outputs, gradient_parameters, gradient_inputs);
  else
    engine.backward(parameters, inputs, 1, upstream, outputs, gradient_parameters, gradient_inputs);
}

/// The same for one sample on any engine: K sweeps, no lanes. For states too large to be repeated. outputs [K],
/// parameters [K, P], inputs [K, I].
template <class T, class Engine>
JacobianValues<T> jacobian_by_sweeps(Engine& engine, std::span<const T> parameters, std::span<const T> inputs) {
  const std::size_t outputs = engine.outputs();
  JacobianValues<T> result{std::vector<T>(outputs), std::vector<T>(outputs * parameters.size()),
                           std::vector<T>(outputs * inputs.size())};
  std::vector<T> upstream(outputs);
  for (std::size_t k = 0; k < outputs; ++k) {
    upstream[k] = 1;
    backward_of_one<T>(engine, parameters, inputs, upstream, k == 0 ? std::span<T>(result.outputs) : std::span<T>(),
                       std::span(result.parameters).subspan(k * parameters.size(), parameters.size()),
                       std::span(result.inputs).subspan(k * inputs.size(), inputs.size()));
    upstream[k] = 0;
  }
  return result;
}

}  // namespace tacit::quantum_sim
