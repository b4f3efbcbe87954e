#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "quantum_sim/batch/batch_simulator.h"

namespace tacit::quantum_sim {

/// Of f = sum_{b,k} w[b,k] outputs[b,k], w = upstream: H v over all parameters and inputs, v = (parameters_dot,
/// inputs_dot), an empty part being zero. parameters [P], inputs [batch, I].
template <class T>
struct HessianVectorProduct {
  std::vector<T> parameters, inputs;
};

/// Exact, by one tangent of the adjoint sweep (backward_tangent) on any engine that has it. Errors as of the engine.
template <class T, class Engine>
HessianVectorProduct<T> hessian_vector_product(Engine& engine, std::span<const T> parameters, std::span<const T> inputs,
                                               std::size_t batch, std::span<const T> upstream,
                                               std::span<const T> parameters_dot, std::span<const T> inputs_dot) {
  HessianVectorProduct<T> result{std::vector<T>(parameters.size()), std::vector<T>(inputs.size())};
  engine.backward_tangent(parameters, inputs, batch, parameters_dot, inputs_dot, upstream, {},
                          {{}, {}, result.parameters, result.inputs});
  return result;
}

/// The full Hessian of f = sum_k w[k] outputs[k] of one sample over the variables v = (x_0 .. x_{I-1}, theta_0 ..
/// theta_{P-1}), in that order: [I + P, I + P] row-major, symmetric to rounding. One call: each lane of the batch
/// carries one direction. Errors as of BatchSimulator, Error(resource) if it does not fit into memory.
template <class T>
std::vector<T> hessian(const Circuit& circuit, const std::vector<Observable>& observables,
                       std::span<const T> parameters, std::span<const T> inputs, std::span<const T> upstream);

}  // namespace tacit::quantum_sim
