#include "quantum_sim/analysis/random_parameters.h"

#include <cmath>

#include "core/error.h"
#include "core/random.h"
#include "quantum_sim/gradients/parameters_as_inputs.h"

namespace tacit::quantum_sim::analysis {

SampledMean sampled_mean(std::span<const double> values) {
  const auto count = static_cast<double>(values.size());
  SampledMean result;
  for (const double value : values) result.mean += value / count;
  double square = 0;
  for (const double value : values) square += (value - result.mean) * (value - result.mean);
  if (values.size() > 1) result.standard_error = std::sqrt(square / (count - 1) / count);
  return result;
}

std::vector<double> checked_inputs(const Circuit& circuit, const SamplingOptions& options, std::size_t least) {
  if (options.samples < least || options.samples > 0xffffffffu)
    fail(ErrorKind::usage, "samples: expected {} to 2^32 - 1, got {}", least, options.samples);
  if (!(options.low < options.high) || !std::isfinite(options.high - options.low))
    fail(ErrorKind::usage, "the range of random parameters must be finite and not empty, not [{}, {})", options.low,
         options.high);
  std::vector<double> inputs = options.inputs.empty() ? std::vector<double>(circuit.inputs()) : options.inputs;
  if (inputs.size() != circuit.inputs())
    fail(ErrorKind::usage, "inputs: expected {} values, got {}", circuit.inputs(), inputs.size());
  for (const double input : inputs)
    if (!std::isfinite(input)) fail(ErrorKind::usage, "inputs: expected finite numbers, not {}", input);
  return inputs;
}

std::vector<double> random_parameters(const Circuit& circuit, const SamplingOptions& options, std::size_t sample) {
  // The highest round keeps these apart from the shots and directions of the same seed.
  RandomStream stream({options.seed, Purpose::sampling, 0xffffffffu, static_cast<std::uint32_t>(sample)});
  std::vector<double> parameters(circuit.parameters());
  for (double& parameter : parameters) parameter = stream.uniform(options.low, options.high);
  return parameters;
}

std::vector<double> sampled_rows(const Circuit& circuit, const SamplingOptions& options, std::span<const double> inputs,
                                 std::size_t first, std::size_t samples) {
  std::vector<double> rows;
  for (std::size_t sample = first; sample < first + samples; ++sample) {
    const std::vector<double> row = joined(inputs, random_parameters(circuit, options, sample));
    rows.insert(rows.end(), row.begin(), row.end());
  }
  return rows;
}

}  // namespace tacit::quantum_sim::analysis
