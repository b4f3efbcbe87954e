#include "quantum_sim/analysis/entangling_capability.h"

#include <algorithm>

#include "quantum_sim/batch/batch_simulator.h"
#include "quantum_sim/circuit/value_checks.h"
#include "quantum_sim/gradients/parameters_as_inputs.h"
#include "quantum_sim/gradients/rotation_slopes.h"

namespace tacit::quantum_sim::analysis {
namespace {

constexpr std::size_t samples_a_call = 256;

std::vector<Observable> bloch_vectors(std::uint32_t qubits) {
  std::vector<Observable> observables;
  for (std::uint32_t qubit = 0; qubit < qubits; ++qubit) {
    const std::uint64_t bit = std::uint64_t{1} << qubit;
    for (const PauliTerm& letter : {PauliTerm{1, bit, 0}, PauliTerm{1, bit, bit}, PauliTerm{1, 0, bit}})
      observables.push_back({{letter}});
  }
  return observables;
}

// rows [lanes, inputs + parameters] -> Q of each.
void append_entanglement(BatchSimulator<double>& simulator, std::span<const double> rows, std::size_t lanes,
                         std::vector<double>& entanglement) {
  const std::size_t outputs = simulator.outputs();
  std::vector<double> values(lanes * outputs);
  simulator.forward({}, rows, lanes, values);
  for (std::size_t lane = 0; lane < lanes; ++lane) {
    double square = 0;
    for (std::size_t k = 0; k < outputs; ++k) square += values[lane * outputs + k] * values[lane * outputs + k];
    entanglement.push_back(1 - 3 * square / static_cast<double>(outputs));
  }
}

}  // namespace

double meyer_wallach(const Circuit& circuit, std::span<const double> parameters, std::span<const double> inputs) {
  require_finite_values(circuit, parameters, inputs);
  BatchSimulator<double> simulator(with_parameters_as_inputs(circuit), bloch_vectors(circuit.qubits()));
  std::vector<double> entanglement;
  append_entanglement(simulator, joined(inputs, parameters), 1, entanglement);
  return entanglement[0];
}

SampledMean entangling_capability(const Circuit& circuit, const SamplingOptions& options) {
  const std::vector<double> inputs = checked_inputs(circuit, options, 2);
  BatchSimulator<double> simulator(with_parameters_as_inputs(circuit), bloch_vectors(circuit.qubits()));
  std::vector<double> entanglement;
  for (std::size_t first = 0; first < options.samples; first += samples_a_call) {
    const std::size_t lanes = std::min(samples_a_call, options.samples - first);
    const std::vector<double> rows = sampled_rows(circuit, options, inputs, first, lanes);
    append_entanglement(simulator, rows, lanes, entanglement);
  }
  return sampled_mean(entanglement);
}

}  // namespace tacit::quantum_sim::analysis
