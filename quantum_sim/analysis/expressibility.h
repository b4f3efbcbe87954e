#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "quantum_sim/analysis/random_parameters.h"

namespace tacit::quantum_sim::analysis {

/// How far the states of a circuit with random parameters are from Haar-random ones: the Kullback-Leibler divergence of
/// the distribution of fidelities F = |<psi(a)|psi(b)>|^2 of independent pairs from the Haar one, (N-1)(1-F)^(N-2) with
/// N = 2^n (Sim, Johnson, Aspuru-Guzik, Adv. Quantum Technol. 2, 1900070 (2019), Eq. 9-10), in nats, over equal bins of
/// [0, 1]. 0 is most expressive; (N-1) ln(bins) is a single state.
struct Expressibility {
  double divergence = 0;      ///< as the paper defines it
  double standard_error = 0;  ///< of sampling (delta method)
  double bias = 0;  ///< what finite samples add to the divergence in the mean: (occupied bins - 1) / (2 samples)
  std::vector<double> histogram;  ///< share of pairs a bin
  std::vector<double> haar;       ///< probability a bin
  double mean_fidelity = 0;       ///< 1/N of Haar states
};

/// options.samples pairs. Throws Error(usage) on bad options, Error(resource) if the states do not fit into memory.
Expressibility expressibility(const Circuit& circuit, const SamplingOptions& options, std::size_t bins = 75);

/// Haar probability of each bin: (1 - left)^(N-1) - (1 - right)^(N-1).
std::vector<double> haar_bins(std::uint32_t qubits, std::size_t bins);

/// Fidelities of independent pairs of random parameters, [samples].
std::vector<double> random_fidelities(const Circuit& circuit, const SamplingOptions& options);

}  // namespace tacit::quantum_sim::analysis
