#include "models/layers/quantum.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>

#include "core/error.h"
#include "models/layers/lane_simulator.h"

namespace tacit::models {

namespace {

/// The simulators of one thread, that for lanes once there are some, and the upstream gradients times the output scale.
template <class T>
struct QuantumScratch final : LayerScratch {
  QuantumScratch(quantum_sim::Circuit circuit, std::vector<quantum_sim::Observable> observables)
      : simulator(std::move(circuit), std::move(observables)) {}
  LaneSimulator<T>& for_lanes(const Quantum<T>& layer) {
    if (!lanes) lanes.emplace(layer.circuit(), layer.observables());
    return *lanes;
  }
  MeasuredCircuit& measuring(const Quantum<T>& layer) {
    if (!measured) measured.emplace(layer.circuit(), layer.observables(), layer.training());
    return *measured;
  }
  quantum_sim::Simulator<T> simulator;
  std::optional<LaneSimulator<T>> lanes;
  std::vector<T> upstream, upstream_dot;
  std::optional<MeasuredCircuit> measured;
};

std::vector<double> widened(std::span<const float> values) {
  return {values.begin(), values.end()};
}
std::vector<double> widened(std::span<const double> values) {
  return {values.begin(), values.end()};
}

template <class T>
void narrow(std::span<const double> from, std::span<T> to) {
  std::transform(from.begin(), from.end(), to.begin(), [](double value) { return static_cast<T>(value); });
}

template <class T>
bool measures(const CircuitTraining& training, const PassMode<T>& mode) {
  return training.is_on() && mode.training && mode.masks;
}

template <class Pass>
MeasuredCircuit::Pass numbered(const Pass& pass) {
  return {*pass.mode.masks, pass.mode.layer, pass.mode.first_example};
}

template <class T>
QuantumScratch<T>& of(LayerScratch* scratch) {
  return static_cast<QuantumScratch<T>&>(*scratch);
}

template <class T>
void scale(std::span<T> values, T factor) {
  for (T& value : values) value *= factor;
}

template <class T>
std::span<const T> scaled(std::span<const T> values, T factor, std::vector<T>& storage) {
  if (storage.size() < values.size()) storage.resize(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) storage[i] = factor * values[i];
  return std::span<const T>(storage).first(values.size());
}

}  // namespace

template <class T>
Quantum<T>::Quantum(Shape input_shape, quantum_sim::Circuit circuit, std::vector<quantum_sim::Observable> observables,
                    double output_scale, CircuitTraining training)
    : input_shapes_{std::move(input_shape)},
      output_shape_{static_cast<std::int64_t>(observables.size())},
      circuit_(std::move(circuit)),
      observables_(std::move(observables)),
      output_scale_(static_cast<T>(output_scale)),
      training_(training) {
  const std::size_t features = element_count(input_shapes_.front());
  if (circuit_.inputs() != features)
    fail(ErrorKind::usage, "the circuit reads {} inputs, the layer before it gives {}", circuit_.inputs(), features);
  if (observables_.empty()) fail(ErrorKind::usage, "a quantum layer needs one observable at least");
  if (!std::isfinite(output_scale) || output_scale == 0)
    fail(ErrorKind::usage, "the output scale of a quantum layer is {}, expected a number other than zero",
         output_scale);
  if (const std::string objection = objection_to(training_, circuit_, observables_); !objection.empty())
    fail(ErrorKind::usage, "{}", objection);
}

template <class T>
std::vector<ParameterSchema::Declaration> Quantum<T>::parameters() const {
  if (circuit_.parameters() == 0) return {};
  return {{"theta", {static_cast<std::int64_t>(circuit_.parameters())}}};
}

template <class T>
void Quantum<T>::initialise(RandomStream& stream, std::span<T> theta) const {
  for (T& angle : theta) angle = static_cast<T>(stream.uniform(0, 2 * std::numbers::pi));
}

template <class T>
std::unique_ptr<LayerScratch> Quantum<T>::make_scratch() const {
  return std::make_unique<QuantumScratch<T>>(circuit_, observables_);
}

template <class T>
void Quantum<T>::forward(const ForwardPass<T>& pass) const {
  if (measures(training_, pass.mode)) {
    narrow<T>(of<T>(pass.scratch)
                  .measuring(*this)
                  .forward(widened(pass.theta), widened(pass.inputs[0]), pass.count, numbered(pass)),
              pass.outputs);
    scale(pass.outputs, output_scale_);
    return;
  }
  of<T>(pass.scratch).simulator.forward(pass.theta, pass.inputs[0], pass.count, pass.outputs);
  scale(pass.outputs, output_scale_);
}

template <class T>
void Quantum<T>::forward_tangent(const ForwardTangentPass<T>& pass) const {
  QuantumScratch<T>& scratch = of<T>(pass.scratch);
  if (pass.lanes.apart())
    scratch.for_lanes(*this).forward_tangent(pass);
  else
    scratch.simulator.forward_tangent(pass.theta, pass.inputs[0], pass.count, pass.theta_dot, pass.inputs_dot[0],
                                      pass.outputs, pass.outputs_dot);
  scale(pass.outputs, output_scale_);
  scale(pass.outputs_dot, output_scale_);
}

template <class T>
void Quantum<T>::backward(const BackwardPass<T>& pass) const {
  QuantumScratch<T>& scratch = of<T>(pass.scratch);
  const auto upstream = scaled(pass.upstream, output_scale_, scratch.upstream);
  if (pass.lanes.apart()) return scratch.for_lanes(*this).backward(pass, upstream);
  if (measures(training_, pass.mode)) {
    std::vector<double> theta(pass.theta_gradient.size()), inputs(pass.inputs_gradients[0].size());
    scratch.measuring(*this).backward(widened(pass.theta), widened(pass.inputs[0]), pass.count, widened(upstream),
                                      numbered(pass), theta, inputs);
    narrow<T>(theta, pass.theta_gradient);
    narrow<T>(inputs, pass.inputs_gradients[0]);
    return;
  }
  scratch.simulator.backward(pass.theta, pass.inputs[0], pass.count, upstream, {}, pass.theta_gradient,
                             pass.inputs_gradients[0]);
}

template <class T>
void Quantum<T>::backward_tangent(const BackwardTangentPass<T>& pass) const {
  QuantumScratch<T>& scratch = of<T>(pass.scratch);
  const auto upstream = scaled(pass.upstream, output_scale_, scratch.upstream);
  const auto upstream_dot = scaled(pass.upstream_dot, output_scale_, scratch.upstream_dot);
  if (pass.lanes.apart()) return scratch.for_lanes(*this).backward_tangent(pass, upstream, upstream_dot);
  scratch.simulator.backward_tangent(pass.theta, pass.inputs[0], pass.count, pass.theta_dot, pass.inputs_dot[0],
                                     upstream, upstream_dot,
                                     {.parameters = pass.theta_gradient,
                                      .inputs = pass.inputs_gradients[0],
                                      .parameters_dot = pass.theta_gradient_dot,
                                      .inputs_dot = pass.inputs_gradients_dot[0]});
}

template class Quantum<float>;
template class Quantum<double>;

}  // namespace tacit::models
