#pragma once

#include <complex>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "quantum_sim/gradients/frequency_set.h"

namespace tacit::quantum_sim::analysis {

struct FourierTerm {
  double frequency = 0;
  std::complex<double> coefficient;
};

/// How coefficients were found.
enum class CoefficientMethod : std::uint8_t {
  none,          ///< not asked for, or more samples needed than allowed
  fft,           ///< equidistant samples over one period: exact
  least_squares  ///< incommensurable frequencies; `condition` says how well determined they are
};

/// "none", "fft", "least_squares".
const char* to_string(CoefficientMethod method) noexcept;

/// sum_w c_w exp(i w u): non-negative frequencies, ascending; the coefficient of -w is the conjugate of that of w.
struct FourierSeries {
  CoefficientMethod method = CoefficientMethod::none;
  std::vector<FourierTerm> terms;
  std::size_t samples = 0;  ///< circuit evaluations used
  double condition = 1;     ///< of the least-squares matrix (2-norm); 1 for fft
  double residual = 0;      ///< largest |function - series| at points that the fit did not use

  double operator()(double u) const noexcept;
};

/// The smallest frequency up to which the series has at least this share, in (0, 1], of its power sum_{w > 0} |c_w|^2
/// without the constant; 0 if that is zero. What a circuit uses of the frequencies that it could have.
double bandwidth(const FourierSeries& series, double share = 0.99);

/// Values of several functions at the points, [points, functions] row-major.
using SampledFunctions = std::function<std::vector<double>(std::span<const double> points)>;

/// The series of each function over the given frequencies, which must hold all of theirs. By FFT over 2^k >= 2 degree +
/// 1 points if commensurable, else by least squares over four points an unknown, for at most 513 unknowns.
std::vector<FourierSeries> fit_series(const SampledFunctions& functions, std::size_t count,
                                      const FrequencySet& frequencies, std::size_t max_samples);

/// The smallest power of two that is at least `count`.
std::size_t fft_size(std::uint64_t count) noexcept;

}  // namespace tacit::quantum_sim::analysis
