#include "quantum_sim/distributed/distributed_simulator.h"

#include <utility>

#include "quantum_sim/compile/diagonal_rotation_form.h"
#include "quantum_sim/distributed/distributed_engine.h"
#include "quantum_sim/sizes.h"

namespace tacit::quantum_sim {

template <class T>
struct DistributedSimulator<T>::State {
  DistributedEngine<T> engine;
};

template <class T>
DistributedSimulator<T>::DistributedSimulator(Circuit circuit, std::vector<Observable> observables,
                                              Communicator& ranks) {
  RotationForm form = to_diagonal_rotation_form(circuit, observables);
  state_.reset(new State{DistributedEngine<T>(std::move(circuit), std::move(form),
                                              static_cast<std::uint32_t>(observables.size()), ranks)});
}
template <class T>
DistributedSimulator<T>::~DistributedSimulator() = default;
template <class T>
DistributedSimulator<T>::DistributedSimulator(DistributedSimulator&&) noexcept = default;

template <class T>
const Circuit& DistributedSimulator<T>::circuit() const noexcept {
  return state_->engine.circuit();
}
template <class T>
std::size_t DistributedSimulator<T>::outputs() const noexcept {
  return state_->engine.plan().outputs;
}

template <class T>
void DistributedSimulator<T>::forward(std::span<const T> parameters, std::span<const T> inputs, std::span<T> outputs) {
  require_size("outputs", outputs, this->outputs());
  DistributedEngine<T>& engine = state_->engine;
  engine.load(parameters, inputs, false, false);
  engine.evolve();
  engine.measure(outputs);
}

template <class T>
void DistributedSimulator<T>::backward(std::span<const T> parameters, std::span<const T> inputs,
                                       std::span<const T> upstream, std::span<T> outputs,
                                       std::span<T> gradient_parameters, std::span<T> gradient_inputs) {
  require_size("upstream", upstream, this->outputs());
  require_size_or_empty("outputs", outputs, this->outputs());
  require_size_or_empty("gradient_parameters", gradient_parameters, circuit().parameters());
  require_size_or_empty("gradient_inputs", gradient_inputs, circuit().inputs());
  DistributedEngine<T>& engine = state_->engine;
  engine.load(parameters, inputs, true, false);
  engine.evolve();
  if (!outputs.empty()) engine.measure(outputs);
  engine.seed(upstream);
  engine.differentiate(gradient_parameters, gradient_inputs);
}

template <class T>
void DistributedSimulator<T>::forward_tangent(std::span<const T> parameters, std::span<const T> inputs,
                                              std::span<const T> parameters_dot, std::span<const T> inputs_dot,
                                              std::span<T> outputs, std::span<T> outputs_dot) {
  require_size_or_empty("outputs", outputs, this->outputs());
  require_size("outputs_dot", outputs_dot, this->outputs());
  DistributedEngine<T>& engine = state_->engine;
  engine.load(parameters, inputs, false, true);
  engine.load_direction(parameters_dot, inputs_dot);
  engine.evolve_tangent();
  if (!outputs.empty()) engine.measure(outputs);
  engine.measure_tangent(outputs_dot);
}

template <class T>
void DistributedSimulator<T>::backward_tangent(std::span<const T> parameters, std::span<const T> inputs,
                                               std::span<const T> parameters_dot, std::span<const T> inputs_dot,
                                               std::span<const T> upstream, std::span<const T> upstream_dot,
                                               const Cotangents& result) {
  require_size("upstream", upstream, this->outputs());
  require_size_or_empty("upstream_dot", upstream_dot, this->outputs());
  for (const std::span<T>& parameter_result : {result.parameters, result.parameters_dot})
    require_size_or_empty("gradient of the parameters", parameter_result, circuit().parameters());
  for (const std::span<T>& input_result : {result.inputs, result.inputs_dot})
    require_size_or_empty("gradient of the inputs", input_result, circuit().inputs());
  DistributedEngine<T>& engine = state_->engine;
  engine.load(parameters, inputs, true, true);
  engine.load_direction(parameters_dot, inputs_dot);
  engine.evolve_tangent();
  engine.seed_tangent(upstream, upstream_dot);
  engine.differentiate_tangent({result.parameters, result.inputs, result.parameters_dot, result.inputs_dot});
}

template class DistributedSimulator<float>;
template class DistributedSimulator<double>;

}  // namespace tacit::quantum_sim
