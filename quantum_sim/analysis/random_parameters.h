#pragma once

#include <cstddef>
#include <cstdint>
#include <numbers>
#include <span>
#include <vector>

#include "quantum_sim/circuit/circuit.h"

namespace tacit::quantum_sim::analysis {

/// How parameters are drawn where a quantity is a mean over them: each independent and uniform in [low, high).
struct SamplingOptions {
  std::size_t samples = 1000;
  std::uint64_t seed = 0;
  double low = 0;
  double high = 2 * std::numbers::pi;
  std::vector<double> inputs = {};  ///< fixed; empty = zeros
};

/// A mean over random parameters and its standard error; 1.96 of these either side are the 95 % interval.
struct SampledMean {
  double mean = 0;
  double standard_error = 0;

  double lower() const noexcept { return mean - 1.96 * standard_error; }
  double upper() const noexcept { return mean + 1.96 * standard_error; }
};

SampledMean sampled_mean(std::span<const double> values);

/// options.inputs or zeros. Throws Error(usage) on fewer than `least` samples, an empty or infinite range, or inputs
/// that are not finite or not one for each of the circuit's.
std::vector<double> checked_inputs(const Circuit& circuit, const SamplingOptions& options, std::size_t least);

/// Parameter vector number `sample` of the options' seed.
std::vector<double> random_parameters(const Circuit& circuit, const SamplingOptions& options, std::size_t sample);

/// Rows [samples, inputs + P] for the circuit with its parameters as inputs: in each the inputs, then the parameter
/// vectors number first, first + 1, ...
std::vector<double> sampled_rows(const Circuit& circuit, const SamplingOptions& options, std::span<const double> inputs,
                                 std::size_t first, std::size_t samples);

}  // namespace tacit::quantum_sim::analysis
