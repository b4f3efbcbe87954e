#include "quantum_sim/analysis/expressibility.h"

#include <algorithm>
#include <cmath>
#include <complex>

#include "core/error.h"
#include "quantum_sim/gradients/rotation_slopes.h"
#include "quantum_sim/gradients/state_columns.h"

namespace tacit::quantum_sim::analysis {
namespace {

constexpr std::size_t pairs_at_once = 32;

// |<even column|odd column>|^2 of each pair.
void append_fidelities(StateColumns& states, std::vector<double>& fidelities) {
  std::vector<std::complex<double>> overlaps(states.columns() / 2);
  for (std::size_t index = 0; index < states.rows(); ++index) {
    const std::complex<double>* row = states.row(index);
    for (std::size_t pair = 0; pair < overlaps.size(); ++pair)
      overlaps[pair] += std::conj(row[2 * pair]) * row[2 * pair + 1];
  }
  for (const std::complex<double>& overlap : overlaps) fidelities.push_back(std::norm(overlap));
}

}  // namespace

std::vector<double> random_fidelities(const Circuit& circuit, const SamplingOptions& options) {
  const std::vector<double> inputs = checked_inputs(circuit, options, 1);
  const std::vector<PauliRotation> rotations = plain_rotations(circuit);
  std::vector<double> fidelities;
  for (std::size_t first = 0; first < options.samples; first += pairs_at_once) {
    const std::size_t columns = 2 * std::min(pairs_at_once, options.samples - first);
    StateColumns states(circuit.qubits(), columns);
    std::vector<std::vector<double>> parameters;
    for (std::size_t column = 0; column < columns; ++column) {
      write_initial_state(states, column, circuit, inputs);
      parameters.push_back(random_parameters(circuit, options, 2 * first + column));
    }
    std::vector<double> angles(columns);
    for (const PauliRotation& rotation : rotations) {
      for (std::size_t column = 0; column < columns; ++column)
        angles[column] = finite_angle_of(circuit, rotation, parameters[column], inputs);
      states.rotate(rotation, angles);
    }
    append_fidelities(states, fidelities);
  }
  return fidelities;
}

std::vector<double> haar_bins(std::uint32_t qubits, std::size_t bins) {
  const double power = std::ldexp(1.0, static_cast<int>(qubits)) - 1;
  std::vector<double> result;
  for (std::size_t bin = 0; bin < bins; ++bin) {
    const double left = static_cast<double>(bin) / static_cast<double>(bins);
    const double right = static_cast<double>(bin + 1) / static_cast<double>(bins);
    result.push_back(std::pow(1 - left, power) - std::pow(1 - right, power));
  }
  return result;
}

Expressibility expressibility(const Circuit& circuit, const SamplingOptions& options, std::size_t bins) {
  if (bins < 2) fail(ErrorKind::usage, "expressibility takes at least 2 bins, not {}", bins);
  const std::vector<double> fidelities = random_fidelities(circuit, options);
  Expressibility result;
  result.haar = haar_bins(circuit.qubits(), bins);
  result.histogram.assign(bins, 0);
  const auto samples = static_cast<double>(fidelities.size());
  for (const double fidelity : fidelities) {
    const double place = fidelity * static_cast<double>(bins);
    result.histogram[std::min(static_cast<std::size_t>(std::max(place, 0.0)), bins - 1)] += 1 / samples;
    result.mean_fidelity += fidelity / samples;
  }
  // Of the last bin in logarithms, as its Haar probability underflows from about ten qubits on.
  const double power = std::ldexp(1.0, static_cast<int>(circuit.qubits())) - 1;
  double square = 0;
  std::size_t occupied = 0;
  for (std::size_t bin = 0; bin < bins; ++bin) {
    const double share = result.histogram[bin];
    if (share == 0) continue;
    const double rest = 1 - static_cast<double>(bin) / static_cast<double>(bins);
    const double next = std::max(rest - 1 / static_cast<double>(bins), 0.0);
    const double log_haar = power * std::log(rest) + std::log1p(-std::pow(next / rest, power));
    const double ratio = std::log(share) - log_haar;
    result.divergence += share * ratio;
    square += share * ratio * ratio;
    ++occupied;
  }
  result.standard_error = std::sqrt(std::max(square - result.divergence * result.divergence, 0.0) / samples);
  result.bias = static_cast<double>(occupied - 1) / (2 * samples);
  return result;
}

}  // namespace tacit::quantum_sim::analysis
