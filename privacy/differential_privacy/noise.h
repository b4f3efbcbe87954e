#pragma once

#include <span>

#include "core/random.h"

namespace tacit::privacy {

/// values[i] += sigma * n_i with independent standard normal n_i, drawn in the order of the values: the Gaussian
/// mechanism (Dwork and Roth, The Algorithmic Foundations of Differential Privacy, 2014, Sec. A.1). Sums are made in
/// double and rounded once. Throws Error(usage) unless sigma is finite and not negative, Error(data) naming the index
/// of the first value that is not finite before or after; then nothing is changed.
void add_gaussian_noise(std::span<float> values, double sigma, RandomStream& stream);

/// values[i] += l_i with independent l_i of density exp(-|l| / scale) / (2 scale), so of variance 2 scale^2: the
/// Laplace mechanism (ibid., Def. 3.3). Otherwise as above.
void add_laplace_noise(std::span<float> values, double scale, RandomStream& stream);

}  // namespace tacit::privacy
