#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "quantum_sim/circuit/circuit.h"

namespace tacit::quantum_sim {

/// Whose changes of the state a metric measures.
enum class MetricOf : std::uint8_t {
  parameters,  ///< what the optimiser moves
  inputs       ///< the data: how well any measurement of this state could tell inputs apart
};

/// The quantum Fisher information of a pure state, symmetric, [size, size] row-major:
///   F_ij = 4 Re(<d_i psi|d_j psi> - <d_i psi|psi><psi|d_j psi>),
/// four times the Fubini-Study metric tensor (Stokes, Izaac, Killoran, Carleo, Quantum 4, 269 (2020)). Exact: all
/// |d_i psi> side by side through the circuit, then one matrix product. Memory 2^n (size + 1) amplitudes, checked
/// first; time rotations * 2^n * size. Throws Error(usage) on sizes that do not fit or values that are not finite,
/// Error(resource).
std::vector<double> quantum_fisher(const Circuit& circuit, std::span<const double> parameters,
                                   std::span<const double> inputs, MetricOf of = MetricOf::parameters);

/// Its block-diagonal part: one [b, b] matrix for each block of b parameter indices (ibid., where a block is a layer).
/// Needs the memory of the largest block alone.
std::vector<std::vector<double>> quantum_fisher_blocks(const Circuit& circuit, std::span<const double> parameters,
                                                       std::span<const double> inputs,
                                                       const std::vector<std::vector<std::size_t>>& blocks);

/// Parameters in layers: each rotation stands in the first layer behind all earlier ones that it does not commute with,
/// so those of a layer commute; a parameter belongs to the layer of its first rotation, and to none if it has none.
std::vector<std::vector<std::size_t>> parameter_layers(const Circuit& circuit);

/// The natural gradient's step direction: the solution d of (F + regularisation I) d = gradient. With regularisation 0,
/// the one of least norm. Throws Error(usage) on sizes that do not fit or a negative regularisation.
std::vector<double> natural_gradient(std::span<const double> metric, std::span<const double> gradient,
                                     double regularisation);

/// Eigenvalues of a symmetric matrix, ascending.
std::vector<double> eigenvalues(std::span<const double> metric);
/// How many eigenvalues exceed tolerance * the largest; 0 of a zero matrix.
std::size_t metric_rank(std::span<const double> metric, double tolerance = 1e-10);

}  // namespace tacit::quantum_sim
