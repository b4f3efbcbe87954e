#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "quantum_sim/analysis/random_parameters.h"
#include "quantum_sim/circuit/observable.h"

namespace tacit::quantum_sim::analysis {

/// |c_w|^2 of one frequency over random parameters.
struct FrequencyPower {
  double frequency = 0;
  SampledMean power;
  double largest = 0;
};

/// Which of the frequencies that an encoding offers the circuit uses: the support says what can be there, the ansatz
/// and the observable decide how much of it is. One entry a non-negative frequency, ascending, of the output along
/// `input`; the other inputs stand at options.inputs.
///
/// Throws Error(usage) on bad options or if the input has no Fourier series, is incommensurable or changes its
/// frequencies with the parameters (theta x_j), Error(resource) if one series needs more than 2^18 samples.
std::vector<FrequencyPower> spectral_power(const Circuit& circuit, const Observable& observable, std::size_t input,
                                           const SamplingOptions& options);

}  // namespace tacit::quantum_sim::analysis
