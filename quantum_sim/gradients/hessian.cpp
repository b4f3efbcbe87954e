#include "quantum_sim/gradients/hessian.h"

#include <algorithm>
#include <cstdint>

#include "core/error.h"
#include "quantum_sim/gradients/parameters_as_inputs.h"
#include "quantum_sim/memory.h"

namespace tacit::quantum_sim {

template <class T>
std::vector<T> hessian(const Circuit& circuit, const std::vector<Observable>& observables,
                       std::span<const T> parameters, std::span<const T> inputs, std::span<const T> upstream) {
  if (parameters.size() != circuit.parameters() || inputs.size() != circuit.inputs())
    fail(ErrorKind::usage, "Hessian: expected {} parameters and {} inputs, got {} and {}", circuit.parameters(),
         circuit.inputs(), parameters.size(), inputs.size());
  if (upstream.size() != observables.size())
    fail(ErrorKind::usage, "Hessian: expected one weight for each of {} outputs, got {}", observables.size(),
         upstream.size());
  const std::size_t width = inputs.size() + parameters.size();
  require_memory(std::uint64_t{width} * (3 * width + observables.size()) * sizeof(T), available_memory(),
                 "a full Hessian");
  BatchSimulator<T> simulator(with_parameters_as_inputs(circuit), observables);
  std::vector<T> rows, weights, directions(width * width), columns(width * width);
  for (std::size_t lane = 0; lane < width; ++lane) {
    rows.insert(rows.end(), inputs.begin(), inputs.end());
    rows.insert(rows.end(), parameters.begin(), parameters.end());
    weights.insert(weights.end(), upstream.begin(), upstream.end());
    directions[lane * width + lane] = 1;
  }
  simulator.backward_tangent({}, rows, width, {}, directions, weights, {}, {{}, {}, {}, columns});
  return columns;
}

template std::vector<float> hessian(const Circuit&, const std::vector<Observable>&, std::span<const float>,
                                    std::span<const float>, std::span<const float>);
template std::vector<double> hessian(const Circuit&, const std::vector<Observable>&, std::span<const double>,
                                     std::span<const double>, std::span<const double>);

}  // namespace tacit::quantum_sim
