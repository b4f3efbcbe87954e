#pragma once

#include <cstddef>
#include <vector>

#include "quantum_sim/analysis/random_parameters.h"

namespace tacit::quantum_sim::analysis {

/// Independent directions in which parameters move the state: the rank of the quantum Fisher information (Haug, Bharti,
/// Kim, PRX Quantum 2, 040309 (2021)). Its maximum over random parameters is the rank almost everywhere, at most
/// 2^(n+1) - 2; parameters beyond it are redundant.
struct ParameterDimension {
  std::size_t parameters = 0;
  std::size_t largest_rank = 0;
  std::vector<std::size_t> ranks;   ///< of each random parameter vector
  std::vector<double> eigenvalues;  ///< of the first vector with the largest rank, ascending
};

/// Eigenvalues up to tolerance * the largest count as zero. Errors as of quantum_fisher.
ParameterDimension parameter_dimension(const Circuit& circuit, const SamplingOptions& options,
                                       double tolerance = 1e-10);

/// The effective dimension of Abbas et al., Nature Computational Science 1, 403 (2021), Eq. 2, with the quantum Fisher
/// information in place of the classical one (so of the states, whatever is measured):
///   d = 2 ln( mean over theta of sqrt(det(I + k F^(theta))) ) / ln k,   k = gamma D / (2 pi ln D),
/// F^ = P F / (mean over theta of Tr F), D data, gamma in (0, 1]. Tends to the largest rank with growing D. Throws
/// Error(usage) unless k > 1.
double effective_dimension(const Circuit& circuit, const SamplingOptions& options, double data, double gamma = 1);

}  // namespace tacit::quantum_sim::analysis
