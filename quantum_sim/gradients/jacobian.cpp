#include "quantum_sim/gradients/jacobian.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "core/error.h"
#include "quantum_sim/gradients/parameters_as_inputs.h"
#include "quantum_sim/memory.h"
#include "quantum_sim/sizes.h"

namespace tacit::quantum_sim {
template <class T>
Jacobian<T>::Jacobian(const Circuit& circuit, std::vector<Observable> observables)
    : parameters_(circuit.parameters()),
      inputs_(circuit.inputs()),
      outputs_(observables.size()),
      simulator_(with_parameters_as_inputs(circuit), std::move(observables)) {}

template <class T>
JacobianValues<T> Jacobian<T>::operator()(std::span<const T> parameters, std::span<const T> inputs, std::size_t batch) {
  require_size("parameters", parameters, parameters_);
  if (inputs_ > 0 && batch > inputs.size()) require_size("inputs [batch, inputs]", inputs, batch);
  require_size("inputs [batch, inputs]", inputs, batch * inputs_);
  const std::size_t lanes = batch * outputs_, width = inputs_ + parameters_;
  // In double, so that a count beyond all memory does not overflow.
  const double bytes = static_cast<double>(sizeof(T)) * static_cast<double>(batch) * static_cast<double>(outputs_) *
                       (3.0 * static_cast<double>(width) + static_cast<double>(outputs_) + 2);
  require_memory(bytes < 1e18 ? static_cast<std::uint64_t>(bytes) : UINT64_MAX, available_memory(),
                 "the Jacobian of a batch");
  std::vector<T> rows(lanes * width), upstream(lanes * outputs_), outputs(lanes * outputs_), gradients(lanes * width);
  for (std::size_t lane = 0; lane < lanes; ++lane) {
    const auto sample = inputs.subspan(lane / outputs_ * inputs_, inputs_);
    const auto row = rows.begin() + static_cast<std::ptrdiff_t>(lane * width);
    std::copy(parameters.begin(), parameters.end(), std::copy(sample.begin(), sample.end(), row));
    upstream[lane * outputs_ + lane % outputs_] = 1;
  }
  simulator_.backward({}, rows, lanes, upstream, outputs, {}, gradients);

  JacobianValues<T> result;
  for (std::size_t lane = 0; lane < lanes; ++lane) {
    result.outputs.push_back(outputs[lane * outputs_ + lane % outputs_]);
    const auto row = gradients.begin() + static_cast<std::ptrdiff_t>(lane * width);
    const auto middle = row + static_cast<std::ptrdiff_t>(inputs_), end = row + static_cast<std::ptrdiff_t>(width);
    result.inputs.insert(result.inputs.end(), row, middle);
    result.parameters.insert(result.parameters.end(), middle, end);
  }
  return result;
}

template class Jacobian<float>;
template class Jacobian<double>;

}  // namespace tacit::quantum_sim
