#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "quantum_sim/batch/batch_simulator.h"
#include "quantum_sim/engine_choice.h"

namespace tacit::quantum_sim {

struct SimulatorOptions {
  /// Samples of a typical call. The engine is chosen for it, once: so results never depend on how a batch is cut.
  std::size_t batch = 256;
  std::size_t threads = 1;
};

/// What Simulator<T> runs a circuit on. T is float or double.
template <class T>
EngineChoice engine_for(const Circuit& circuit, const std::vector<Observable>& observables,
                        const SimulatorOptions& options);

/// One circuit on the engine that suits its size and batch: BatchSimulator or StateSimulator, behind the interface of
/// the former. Shapes, errors and guarantees are theirs.
template <class T>
class Simulator {
 public:
  Simulator(Circuit circuit, std::vector<Observable> observables, SimulatorOptions options = {});
  ~Simulator();
  Simulator(Simulator&&) noexcept;

  const EngineChoice& choice() const noexcept;
  const Circuit& circuit() const noexcept;
  std::size_t outputs() const noexcept;

  void forward(std::span<const T> parameters, std::span<const T> inputs, std::size_t batch, std::span<T> outputs);
  void backward(std::span<const T> parameters, std::span<const T> inputs, std::size_t batch,
                std::span<const T> upstream, std::span<T> outputs, std::span<T> gradient_parameters,
                std::span<T> gradient_inputs);
  void forward_tangent(std::span<const T> parameters, std::span<const T> inputs, std::size_t batch,
                       std::span<const T> parameters_dot, std::span<const T> inputs_dot, std::span<T> outputs,
                       std::span<T> outputs_dot);
  using Cotangents = typename BatchSimulator<T>::Cotangents;
  void backward_tangent(std::span<const T> parameters, std::span<const T> inputs, std::size_t batch,
                        std::span<const T> parameters_dot, std::span<const T> inputs_dot, std::span<const T> upstream,
                        std::span<const T> upstream_dot, const Cotangents& result);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tacit::quantum_sim
