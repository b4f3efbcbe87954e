#pragma once

#include <complex>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "quantum_sim/analysis/spectrum.h"

namespace tacit::quantum_sim::analysis {

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
