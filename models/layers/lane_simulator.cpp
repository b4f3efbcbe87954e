#include "models/layers/lane_simulator.h"

#include <algorithm>

#include "quantum_sim/gradients/parameters_as_inputs.h"

namespace tacit::models {

namespace {

/// The first `size` elements, which there are from now on.
template <class T>
std::span<T> at_least(std::vector<T>& storage, std::size_t size) {
  if (storage.size() < size) storage.resize(size);
  return std::span(storage).first(size);
}

}  // namespace

template <class T>
LaneSimulator<T>::LaneSimulator(const quantum_sim::Circuit& circuit, std::vector<quantum_sim::Observable> observables)
    : inputs_(circuit.inputs()),
      parameters_(circuit.parameters()),
      simulator_(quantum_sim::with_parameters_as_inputs(circuit), std::move(observables)),
      sum_(parameters_) {}

template <class T>
void LaneSimulator<T>::join(std::span<const T> inputs, std::span<const T> theta, const Lanes& lanes, std::size_t count,
                            std::vector<T>& rows) const {
  const std::size_t width = inputs_ + parameters_, each = count / lanes.count;
  const std::span<T> all = at_least(rows, count * width);
  for (std::size_t sample = 0; sample < count; ++sample) {
    const std::span<T> row = all.subspan(sample * width, width);
    if (inputs.empty())
      std::fill_n(row.begin(), inputs_, T(0));
    else
      std::ranges::copy(inputs.subspan(sample * inputs_, inputs_), row.begin());
    const std::span<T> tail = row.subspan(inputs_);
    if (theta.empty())
      std::ranges::fill(tail, T(0));
    else
      std::ranges::copy(lanes.of(theta, sample / each), tail.begin());
  }
}

template <class T>
void LaneSimulator<T>::split(std::span<const T> rows, std::size_t count, const Lanes& lanes, std::span<T> inputs,
                             std::span<T> theta) {
  const std::size_t width = inputs_ + parameters_, each = count / lanes.count;
  const auto row = [&](std::size_t sample) { return rows.subspan(sample * width, width); };
  for (std::size_t sample = 0; sample < count && !inputs.empty(); ++sample)
    std::ranges::copy(row(sample).first(inputs_), inputs.subspan(sample * inputs_, inputs_).begin());
  for (std::size_t lane = 0; lane < lanes.count && !theta.empty(); ++lane) {
    std::ranges::fill(sum_, 0.0);
    for (std::size_t sample = lane * each; sample < (lane + 1) * each; ++sample) {
      const std::span<const T> own = row(sample).subspan(inputs_);
      for (std::size_t p = 0; p < parameters_; ++p) sum_[p] += static_cast<double>(own[p]);
    }
    std::ranges::transform(sum_, lanes.of(theta, lane).begin(), [](double value) { return static_cast<T>(value); });
  }
}

template <class T>
void LaneSimulator<T>::forward_tangent(const ForwardTangentPass<T>& pass) {
  join(pass.inputs[0], pass.theta, {.count = 1, .stride = 0}, pass.count, rows_);
  join(pass.inputs_dot[0], pass.theta_dot, pass.lanes, pass.count, rows_dot_);
  const std::size_t size = pass.count * (inputs_ + parameters_);
  simulator_.forward_tangent({}, std::span(rows_).first(size), pass.count, {}, std::span(rows_dot_).first(size),
                             pass.outputs, pass.outputs_dot);
}

template <class T>
void LaneSimulator<T>::backward(const BackwardPass<T>& pass, std::span<const T> upstream) {
  join(pass.inputs[0], pass.theta, {.count = 1, .stride = 0}, pass.count, rows_);
  const std::size_t size = pass.count * (inputs_ + parameters_);
  const std::span<T> gradient = at_least(gradient_, size);
  simulator_.backward({}, std::span(rows_).first(size), pass.count, upstream, {}, {}, gradient);
  split(gradient, pass.count, pass.lanes, pass.inputs_gradients[0], pass.theta_gradient);
}

template <class T>
void LaneSimulator<T>::backward_tangent(const BackwardTangentPass<T>& pass, std::span<const T> upstream,
                                        std::span<const T> upstream_dot) {
  join(pass.inputs[0], pass.theta, {.count = 1, .stride = 0}, pass.count, rows_);
  join(pass.inputs_dot[0], pass.theta_dot, pass.lanes, pass.count, rows_dot_);
  const std::size_t size = pass.count * (inputs_ + parameters_);
  const std::span<T> gradient = at_least(gradient_, size), gradient_dot = at_least(gradient_dot_, size);
  simulator_.backward_tangent({}, std::span(rows_).first(size), pass.count, {}, std::span(rows_dot_).first(size),
                              upstream, upstream_dot,
                              {.parameters = {}, .inputs = gradient, .parameters_dot = {}, .inputs_dot = gradient_dot});
  split(gradient, pass.count, pass.lanes, pass.inputs_gradients[0], pass.theta_gradient);
  split(gradient_dot, pass.count, pass.lanes, pass.inputs_gradients_dot[0], pass.theta_gradient_dot);
}

template class LaneSimulator<float>;
template class LaneSimulator<double>;

}  // namespace tacit::models
