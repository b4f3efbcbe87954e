#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "quantum_sim/analysis/spectrum.h"

namespace tacit::quantum_sim::analysis {

/// The frequency vectors of an output over all its inputs at once.
struct FrequencyLattice {
  bool is_fourier = true;   ///< false: an input has no variable, or two inputs are multiplied
  bool separable = true;    ///< no rotation reads two inputs, so the vectors are all combinations of the inputs' own
  std::uint64_t count = 0;  ///< distinct vectors, negative ones included; 0 if not Fourier, unknown or beyond 64 bits
  double log10_count = 0;   ///< NaN if not Fourier or unknown
};

/// `features` as spectrum() found them for this observable. At most `limit` vectors are counted one by one where the
/// lattice is not separable.
FrequencyLattice frequency_lattice(const Circuit& circuit, const Observable& observable,
                                   std::span<const FeatureSpectrum> features, std::span<const double> parameters,
                                   std::span<const double> inputs, std::size_t limit);

}  // namespace tacit::quantum_sim::analysis
