#pragma once

#include <complex>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "quantum_sim/analysis/fourier_series.h"
#include "quantum_sim/analysis/inversion_bounds.h"
#include "quantum_sim/circuit/circuit.h"
#include "quantum_sim/gradients/frequency_set.h"

namespace tacit::quantum_sim::analysis {

/// In which variable u_j an output is a trigonometric sum sum_w c_w exp(i w u_j).
enum class Variable : std::uint8_t {
  none,        ///< the output does not depend on this input
  identity,    ///< u_j = x_j
  arccos,      ///< u_j = arccos x_j: a Chebyshev encoding
  not_fourier  ///< in no variable: x_j enters amplitudes, times itself, or both directly and by arccos
};

/// "none", "identity", "arccos", "not_fourier".
const char* to_string(Variable variable) noexcept;

/// d output / d theta_p, or d (output - target)^2 / d theta_p, as a function of u_j.
struct GradientSeries {
  std::size_t parameter = 0;
  /// Of method none if theta_p multiplies this input: the derivative then has a factor u_j.
  FourierSeries series;
};

/// One output along one input, the other inputs and all parameters fixed.
struct FeatureSpectrum {
  std::size_t input = 0;
  Variable variable = Variable::none;
  std::string reason;                     ///< of not_fourier
  std::size_t rotations = 0;              ///< that read this input and reach this output
  FrequencySet frequencies;               ///< all that can be there, in the output and its gradient
  FrequencySet squared_error;             ///< of the gradient of (output - target)^2: sums of two of the above
  FourierSeries series;                   ///< of the output
  std::vector<GradientSeries> gradients;  ///< if asked for
  /// arccos: output = sum_k cosine[k] T_k(x) + sqrt(1 - x^2) sum_k sine[k] U_{k-1}(x), if all frequencies are integers
  /// up to 2^20 and coefficients were found. A polynomial of degree <= `frequencies.degree` exactly when every sine is
  /// zero.
  std::vector<double> chebyshev_cosine, chebyshev_sine;
};

struct OutputSpectrum {
  std::size_t output = 0;
  std::vector<FeatureSpectrum> features;  ///< one an input
  bool separable = true;                  ///< no rotation reads two inputs
  /// Distinct frequency vectors over all inputs, negative ones included; 0 if an input is not_fourier, two inputs are
  /// multiplied, or there are more than could be counted.
  std::uint64_t joint_count = 0;
  double log10_joint_count = 0;  ///< also where joint_count overflows; NaN if unknown
  InversionBounds inversion;     ///< of the squared-error gradient's equations
};

struct Spectrum {
  std::vector<OutputSpectrum> outputs;
};

enum class GradientOf : std::uint8_t { none, output, squared_error };

struct SpectrumOptions {
  /// Where the inputs stand that do not run; empty = zeros.
  std::vector<double> inputs = {};
  bool coefficients = true;
  GradientOf gradients = GradientOf::none;
  double target = 0;                                   ///< of squared_error
  std::size_t max_frequencies = std::size_t{1} << 20;  ///< listed, per input and output
  std::size_t max_samples = std::size_t{1} << 18;      ///< circuit evaluations, per input and output
};

/// The Fourier spectrum of each <O_k> along each input. Rotations that the observable cannot see (its light cone) do
/// not count. Frequencies follow from the encoding alone; where an input's frequency is trainable (theta x_j) or a
/// product (x_i x_j), they belong to the given values. Throws Error(usage) on sizes that do not fit, values that are
/// not finite or outside [-1, 1] under an arccos, Error(resource) on states or gradients that do not fit into memory.
Spectrum spectrum(const Circuit& circuit, const std::vector<Observable>& observables,
                  std::span<const double> parameters, const SpectrumOptions& options = {});

}  // namespace tacit::quantum_sim::analysis
