#include "quantum_sim/simulator.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "core/error.h"
#include "quantum_sim/batch/tile.h"
#include "quantum_sim/compile/pauli_rotations.h"
#include "quantum_sim/compile/program.h"
#include "quantum_sim/sizes.h"
#include "quantum_sim/state/state_simulator.h"

namespace tacit::quantum_sim {
namespace {

/// Sample `index` of [batch, width]; empty stays empty.
template <class T>
std::span<T> sample(std::span<T> values, std::size_t index, std::size_t width) {
  return values.empty() ? values : values.subspan(index * width, width);
}

/// A sum over samples in double, of what the engine writes for one of them.
template <class T>
class SampleSum {
 public:
  void begin(std::span<T> result) {
    result_ = result;
    one_.resize(std::max(one_.size(), result.size()));
    sums_.assign(result.size(), 0.0);
  }
  std::span<T> one() { return std::span(one_).first(result_.size()); }
  void add() {
    for (std::size_t i = 0; i < result_.size(); ++i) sums_[i] += static_cast<double>(one_[i]);
  }
  void finish() {
    for (std::size_t i = 0; i < result_.size(); ++i) result_[i] = static_cast<T>(sums_[i]);
  }

 private:
  std::span<T> result_;
  std::vector<T> one_;
  std::vector<double> sums_;
};

}  // namespace

template <class T>
EngineChoice engine_for(const Circuit& circuit, const std::vector<Observable>& observables,
                        const SimulatorOptions& options) {
  const std::uint32_t dimension = compile(circuit, observables).dimension;  // first: it checks both
  return choose_engine({.dimension = dimension,
                        .batch = std::max<std::size_t>(options.batch, 1),
                        .tile_width = tile_width<T>,
                        .real_bytes = sizeof(T),
                        .threads = options.threads});
}

template <class T>
struct Simulator<T>::State {
  State(Circuit circuit, std::vector<Observable> observables, const SimulatorOptions& options)
      : choice(engine_for<T>(circuit, observables, options)) {
    if (choice.engine == Engine::batch)
      batch.emplace(std::move(circuit), std::move(observables), BatchOptions{.threads = options.threads});
    else
      single.emplace(std::move(circuit), std::move(observables), StateOptions{.threads = options.threads});
  }

  const Circuit& circuit() const { return batch ? batch->circuit() : single->circuit(); }
  std::size_t outputs() const { return batch ? batch->outputs() : single->outputs(); }

  /// The call's arrays, checked before any sample is touched.
  void require_values(std::span<const T> inputs, std::size_t count) const {
    require_size("inputs [batch, inputs]", inputs, count * circuit().inputs());
  }

  EngineChoice choice;
  std::optional<BatchSimulator<T>> batch;
  std::optional<StateSimulator<T>> single;
  SampleSum<T> parameters, parameters_dot;
};

template <class T>
Simulator<T>::Simulator(Circuit circuit, std::vector<Observable> observables, SimulatorOptions options)
    : state_(std::make_unique<State>(std::move(circuit), std::move(observables), options)) {}
template <class T>
Simulator<T>::~Simulator() = default;
template <class T>
Simulator<T>::Simulator(Simulator&&) noexcept = default;

template <class T>
const EngineChoice& Simulator<T>::choice() const noexcept {
  return state_->choice;
}
template <class T>
const Circuit& Simulator<T>::circuit() const noexcept {
  return state_->circuit();
}
template <class T>
std::size_t Simulator<T>::outputs() const noexcept {
  return state_->outputs();
}

template <class T>
void Simulator<T>::forward(std::span<const T> parameters, std::span<const T> inputs, std::size_t batch,
                           std::span<T> outputs) {
  State& s = *state_;
  if (s.batch) return s.batch->forward(parameters, inputs, batch, outputs);
  s.require_values(inputs, batch);
  require_size("outputs [batch, outputs]", outputs, batch * s.outputs());
  for (std::size_t b = 0; b < batch; ++b)
    s.single->forward(parameters, sample(inputs, b, s.circuit().inputs()), sample(outputs, b, s.outputs()));
}

template <class T>
void Simulator<T>::backward(std::span<const T> parameters, std::span<const T> inputs, std::size_t batch,
                            std::span<const T> upstream, std::span<T> outputs, std::span<T> gradient_parameters,
                            std::span<T> gradient_inputs) {
  State& s = *state_;
  if (s.batch)
    return s.batch->backward(parameters, inputs, batch, upstream, outputs, gradient_parameters, gradient_inputs);
  s.require_values(inputs, batch);
  require_size("upstream [batch, outputs]", upstream, batch * s.outputs());
  require_size_or_empty("outputs [batch, outputs]", outputs, batch * s.outputs());
  require_size_or_empty("gradient_parameters", gradient_parameters, s.circuit().parameters());
  require_size_or_empty("gradient_inputs [batch, inputs]", gradient_inputs, batch * s.circuit().inputs());
  s.parameters.begin(gradient_parameters);
  for (std::size_t b = 0; b < batch; ++b) {
    s.single->backward(parameters, sample(inputs, b, s.circuit().inputs()), sample(upstream, b, s.outputs()),
                       sample(outputs, b, s.outputs()), s.parameters.one(),
                       sample(gradient_inputs, b, s.circuit().inputs()));
    s.parameters.add();
  }
  s.parameters.finish();
}

template <class T>
void Simulator<T>::forward_tangent(std::span<const T> parameters, std::span<const T> inputs, std::size_t batch,
                                   std::span<const T> parameters_dot, std::span<const T> inputs_dot,
                                   std::span<T> outputs, std::span<T> outputs_dot) {
  State& s = *state_;
  if (s.batch)
    return s.batch->forward_tangent(parameters, inputs, batch, parameters_dot, inputs_dot, outputs, outputs_dot);
  s.require_values(inputs, batch);
  require_size_or_empty("inputs_dot [batch, inputs]", inputs_dot, batch * s.circuit().inputs());
  require_size_or_empty("outputs [batch, outputs]", outputs, batch * s.outputs());
  require_size("outputs_dot [batch, outputs]", outputs_dot, batch * s.outputs());
  for (std::size_t b = 0; b < batch; ++b)
    s.single->forward_tangent(parameters, sample(inputs, b, s.circuit().inputs()), parameters_dot,
                              sample(inputs_dot, b, s.circuit().inputs()), sample(outputs, b, s.outputs()),
                              sample(outputs_dot, b, s.outputs()));
}

template <class T>
void Simulator<T>::backward_tangent(std::span<const T> parameters, std::span<const T> inputs, std::size_t batch,
                                    std::span<const T> parameters_dot, std::span<const T> inputs_dot,
                                    std::span<const T> upstream, std::span<const T> upstream_dot,
                                    const Cotangents& result) {
  State& s = *state_;
  if (s.batch)
    return s.batch->backward_tangent(parameters, inputs, batch, parameters_dot, inputs_dot, upstream, upstream_dot,
                                     result);
  const std::size_t width = s.circuit().inputs();
  s.require_values(inputs, batch);
  require_size_or_empty("inputs_dot [batch, inputs]", inputs_dot, batch * width);
  require_size("upstream [batch, outputs]", upstream, batch * s.outputs());
  require_size_or_empty("upstream_dot [batch, outputs]", upstream_dot, batch * s.outputs());
  for (const std::span<T>& wanted : {result.parameters, result.parameters_dot})
    require_size_or_empty("gradient of the parameters", wanted, s.circuit().parameters());
  for (const std::span<T>& wanted : {result.inputs, result.inputs_dot})
    require_size_or_empty("gradient of the inputs [batch, inputs]", wanted, batch * width);
  s.parameters.begin(result.parameters);
  s.parameters_dot.begin(result.parameters_dot);
  for (std::size_t b = 0; b < batch; ++b) {
    s.single->backward_tangent(parameters, sample(inputs, b, width), parameters_dot, sample(inputs_dot, b, width),
                               sample(upstream, b, s.outputs()), sample(upstream_dot, b, s.outputs()),
                               {s.parameters.one(), sample(result.inputs, b, width), s.parameters_dot.one(),
                                sample(result.inputs_dot, b, width)});
    s.parameters.add();
    s.parameters_dot.add();
  }
  s.parameters.finish();
  s.parameters_dot.finish();
}

template EngineChoice engine_for<float>(const Circuit&, const std::vector<Observable>&, const SimulatorOptions&);
template EngineChoice engine_for<double>(const Circuit&, const std::vector<Observable>&, const SimulatorOptions&);
template class Simulator<float>;
template class Simulator<double>;

}  // namespace tacit::quantum_sim
