#pragma once

#include <cstddef>
#include <span>

namespace tacit::privacy {

/// How many of `count` values stay: ceil(share * count), at least 1 of any. Throws Error(usage) unless 0 < share <= 1.
std::size_t kept_of(std::size_t count, double share);

/// Keeps the kept_of(size, share) values of largest magnitude and sets the others to zero; of equal magnitudes the
/// earlier stays. Gradient pruning as in Zhu et al., NeurIPS 2019, Sec. 5.2, after Lin et al., Deep Gradient
/// Compression, ICLR 2018, without its accumulation of what was left out. Throws Error(usage) on a bad share,
/// Error(data) naming the index of the first value that is not finite; then nothing is changed.
void keep_largest(std::span<float> values, double share);

}  // namespace tacit::privacy
