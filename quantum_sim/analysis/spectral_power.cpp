#include "quantum_sim/analysis/spectral_power.h"

#include <algorithm>
#include <numbers>

#include "core/error.h"
#include "quantum_sim/analysis/feature.h"
#include "quantum_sim/analysis/fourier_series.h"
#include "quantum_sim/batch/batch_simulator.h"
#include "quantum_sim/memory.h"

namespace tacit::quantum_sim::analysis {
namespace {

constexpr std::size_t most_samples = std::size_t{1} << 18;

// The frequencies are those of every parameter vector only if none stands with the input in a product.
void require_fixed_frequencies(const Feature& feature, std::size_t input) {
  for (const PauliRotation& rotation : feature.rotations)
    for (const AngleTerm& term : rotation.terms) {
      const auto factors = term.angle.factors();
      const bool reads_input = std::any_of(factors.begin(), factors.end(), [&](const Angle::Factor& factor) {
        return factor.source == Angle::Source::input && factor.index == input;
      });
      if (reads_input && term.reads(Angle::Source::parameter))
        fail(ErrorKind::usage, "input {}: its frequencies change with the parameters that multiply it", input);
    }
}

FrequencySet checked_frequencies(const Feature& feature, std::size_t input) {
  if (feature.variable == Variable::not_fourier)
    fail(ErrorKind::usage, "input {} has no Fourier series: {}", input, feature.reason);
  require_fixed_frequencies(feature, input);
  FrequencySet set = sums_of_gaps(feature.gaps);
  if (!set.commensurable) fail(ErrorKind::usage, "input {}: its frequencies have no common base", input);
  if (!set.listed || fft_size(set.nyquist_samples()) > most_samples)
    fail(ErrorKind::resource, "input {}: a series needs {} samples, more than {}", input, set.nyquist_samples(),
         most_samples);
  return set;
}

}  // namespace

std::vector<FrequencyPower> spectral_power(const Circuit& circuit, const Observable& observable, std::size_t input,
                                           const SamplingOptions& options) {
  const std::vector<double> inputs = checked_inputs(circuit, options, 2);
  if (input >= circuit.inputs())
    fail(ErrorKind::usage, "input {} is out of range, the circuit has {}", input, circuit.inputs());
  const std::vector<double> first = base_point(circuit, random_parameters(circuit, options, 0), inputs);
  const Feature feature = feature_of(circuit, observable, input, random_parameters(circuit, options, 0), first);
  const FrequencySet set = checked_frequencies(feature, input);
  require_memory(std::uint64_t{options.samples} * set.frequencies.size() * sizeof(double), available_memory(),
                 fmt::format("the powers of {} frequencies in {} samples", set.frequencies.size(), options.samples));

  BatchSimulator<double> simulator(feature.circuit, {observable});
  std::vector<double> parameters;
  const auto sampled = [&](std::span<const double> points) {
    std::vector<double> rows, outputs(points.size());
    for (const double point : points) {
      rows.insert(rows.end(), inputs.begin(), inputs.end());
      rows[rows.size() - inputs.size() + input] = point;
    }
    simulator.forward(parameters, rows, points.size(), outputs);
    return outputs;
  };
  std::vector<std::vector<double>> powers(set.frequencies.size());
  for (std::size_t sample = 0; sample < options.samples; ++sample) {
    parameters = random_parameters(circuit, options, sample);
    const FourierSeries series = fit_series(sampled, 1, set, most_samples)[0];
    for (std::size_t l = 0; l < powers.size(); ++l) powers[l].push_back(std::norm(series.terms[l].coefficient));
  }
  std::vector<FrequencyPower> result;
  for (std::size_t l = 0; l < powers.size(); ++l)
    result.push_back(
        {set.frequencies[l], sampled_mean(powers[l]), *std::max_element(powers[l].begin(), powers[l].end())});
  return result;
}

}  // namespace tacit::quantum_sim::analysis
