#pragma once

#include <complex>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

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

struct FourierTerm {
  double frequency = 0;
  std::complex<double> coefficient;
};

/// How coefficients were found.
enum class CoefficientMethod : std::uint8_t {
  none,          ///< not asked for, or more samples than allowed
  fft,           ///< equidistant samples over one period, exact
  least_squares  ///< incommensurable frequencies; `condition` says how well determined
};

/// sum_w c_w exp(i w u): non-negative frequencies, ascending; the coefficient of -w is the conjugate of that of w.
struct FourierSeries {
  CoefficientMethod method = CoefficientMethod::none;
  std::vector<FourierTerm> terms;
  std::size_t samples = 0;  ///< circuit evaluations used
  double condition = 1;     ///< of the least-squares matrix (2-norm); 1 for fft
  double residual = 0;      ///< largest |function - series| at points that the fit did not use

  double operator()(double u) const noexcept;
};

/// d output / d theta_p, or d (output - target)^2 / d theta_p, as a function of u_j.
struct GradientSeries {
  std::size_t parameter = 0;
  FourierSeries series;
};

/// One output along one input, the other inputs and all parameters fixed.
struct FeatureSpectrum {
  std::size_t input = 0;
  Variable variable = Variable::none;
  std::string reason;                     ///< of not_fourier
  std::size_t rotations = 0;              ///< that read this input and reach this output
  FrequencySet frequencies;               ///< exact support: of the output and of its gradient
  FrequencySet squared_error;             ///< of the gradient of (output - target)^2: sums of two of the above
  FourierSeries series;                   ///< of the output
  std::vector<GradientSeries> gradients;  ///< if asked for
  /// arccos: output = sum_k cosine[k] T_k(x) + sqrt(1 - x^2) sum_k sine[k] U_{k-1}(x), if all frequencies are integers
  /// and coefficients were found. A polynomial of degree <= `frequencies.degree` exactly when every sine is zero.
  std::vector<double> chebyshev_cosine, chebyshev_sine;
};

struct OutputSpectrum {
  std::size_t output = 0;
  std::vector<FeatureSpectrum> features;  ///< one an input
  bool separable = true;                  ///< no rotation reads two inputs
  /// Distinct frequency vectors over all inputs, negative ones included; 0 if an input is not_fourier or there are more
  /// than could be counted.
  std::uint64_t joint_count = 0;
  InversionBounds inversion;  ///< of the squared-error gradient's equations
};

struct Spectrum {
  std::vector<OutputSpectrum> outputs;
};

enum class GradientOf : std::uint8_t { none, output, squared_error };

struct SpectrumOptions {
  /// Where the inputs stand that do not run; empty = zeros.
  std::vector<double> inputs;
  bool coefficients = true;
  GradientOf gradients = GradientOf::none;
  double target = 0;                                   ///< of squared_error
  std::size_t max_frequencies = std::size_t{1} << 20;  ///< listed, per input and output
  std::size_t max_samples = std::size_t{1} << 18;      ///< circuit evaluations, per input and output
};

/// The Fourier spectrum of each <O_k> along each input. Rotations that the observable cannot see (its light cone) do
/// not count. Frequencies follow from the encoding alone; where an input's frequency is trainable (theta x_j) or a
/// product (x_i x_j), they belong to the given values. Throws Error(usage) on sizes that do not fit, values that are
/// not finite or outside [-1, 1] under an arccos.
Spectrum spectrum(const Circuit& circuit, const std::vector<Observable>& observables,
                  std::span<const double> parameters, const SpectrumOptions& options = {});

/// Coefficients of one output over several inputs at once: f(u) = sum_k c_k exp(i base . (k u)).
struct FourierGrid {
  std::vector<std::size_t> inputs;
  std::vector<double> bases;                       ///< one an input
  std::vector<std::uint64_t> degrees;              ///< k_j runs from -degree_j to degree_j
  std::vector<std::complex<double>> coefficients;  ///< row-major, k_j + degree_j the j-th index
  double residual = 0;                             ///< largest |output - series| off the grid

  std::complex<double> at(std::span<const std::int64_t> k) const;
};

/// By a multi-dimensional FFT. Throws Error(usage) if an input is not Fourier or its frequencies are incommensurable,
/// Error(resource) if the grid, the product of the Nyquist sample counts, exceeds options.max_samples.
FourierGrid fourier_grid(const Circuit& circuit, const Observable& observable, std::span<const double> parameters,
                         const std::vector<std::size_t>& inputs, const SpectrumOptions& options = {});

}  // namespace tacit::quantum_sim::analysis
