#include "quantum_sim/state/state_simulator.h"

#include <utility>

#include "quantum_sim/compile/diagonal_rotation_form.h"
#include "quantum_sim/sizes.h"
#include "quantum_sim/state/state_engine.h"

namespace tacit::quantum_sim {
template <class T>
struct StateSimulator<T>::State {
  StateEngine<T> engine;
};

template <class T>
StateSimulator<T>::StateSimulator(Circuit circuit, std::vector<Observable> observables, StateOptions options) {
  RotationForm form = to_diagonal_rotation_form(circuit, observables);
  state_.reset(new State{StateEngine<T>(std::move(circuit), std::move(form),
                                        static_cast<std::uint32_t>(observables.size()), options.threads)});
}
template <class T>
StateSimulator<T>::~StateSimulator() = default;
template <class T>
StateSimulator<T>::StateSimulator(StateSimulator&&) noexcept = default;

template <class T>
const Circuit& StateSimulator<T>::circuit() const noexcept {
  return state_->engine.circuit();
}
template <class T>
std::size_t StateSimulator<T>::outputs() const noexcept {
  return plan().outputs;
}
template <class T>
const StatePlan& StateSimulator<T>::plan() const noexcept {
  return state_->engine.plan();
}

template <class T>
void StateSimulator<T>::forward(std::span<const T> parameters, std::span<const T> inputs, std::span<T> outputs) {
  require_size("outputs", outputs, plan().outputs);
  StateEngine<T>& engine = state_->engine;
  engine.load(parameters, inputs, StateEngine<T>::Wants::values);
  engine.evolve();
  engine.measure(outputs);
}

template <class T>
void StateSimulator<T>::backward(std::span<const T> parameters, std::span<const T> inputs, std::span<const T> upstream,
                                 std::span<T> outputs, std::span<T> gradient_parameters, std::span<T> gradient_inputs) {
  require_size("upstream", upstream, plan().outputs);
  require_size_or_empty("outputs", outputs, plan().outputs);
  require_size_or_empty("gradient_parameters", gradient_parameters, circuit().parameters());
  require_size_or_empty("gradient_inputs", gradient_inputs, circuit().inputs());
  StateEngine<T>& engine = state_->engine;
  engine.load(parameters, inputs, StateEngine<T>::Wants::gradients);
  engine.evolve();
  if (!outputs.empty()) engine.measure(outputs);
  engine.seed(upstream);
  engine.differentiate(gradient_parameters, gradient_inputs);
}

template <class T>
void StateSimulator<T>::forward_tangent(std::span<const T> parameters, std::span<const T> inputs,
                                        std::span<const T> parameters_dot, std::span<const T> inputs_dot,
                                        std::span<T> outputs, std::span<T> outputs_dot) {
  require_size_or_empty("outputs", outputs, plan().outputs);
  require_size("outputs_dot", outputs_dot, plan().outputs);
  StateEngine<T>& engine = state_->engine;
  engine.load(parameters, inputs, StateEngine<T>::Wants::rates);
  engine.load_direction(parameters_dot, inputs_dot);
  engine.evolve_tangent();
  if (!outputs.empty()) engine.measure(outputs);
  engine.measure_tangent(outputs_dot);
}

template <class T>
void StateSimulator<T>::backward_tangent(std::span<const T> parameters, std::span<const T> inputs,
                                         std::span<const T> parameters_dot, std::span<const T> inputs_dot,
                                         std::span<const T> upstream, std::span<const T> upstream_dot,
                                         const Cotangents& result) {
  require_size("upstream", upstream, plan().outputs);
  require_size_or_empty("upstream_dot", upstream_dot, plan().outputs);
  for (const std::span<T>& parameter_result : {result.parameters, result.parameters_dot})
    require_size_or_empty("gradient of the parameters", parameter_result, circuit().parameters());
  for (const std::span<T>& input_result : {result.inputs, result.inputs_dot})
    require_size_or_empty("gradient of the inputs", input_result, circuit().inputs());
  StateEngine<T>& engine = state_->engine;
  engine.load(parameters, inputs, StateEngine<T>::Wants::gradient_rates);
  engine.load_direction(parameters_dot, inputs_dot);
  engine.evolve_tangent();
  engine.seed_tangent(upstream, upstream_dot);
  engine.differentiate_tangent({result.parameters, result.inputs, result.parameters_dot, result.inputs_dot});
}

template class StateSimulator<float>;
template class StateSimulator<double>;

}  // namespace tacit::quantum_sim
