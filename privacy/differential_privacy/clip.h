#pragma once

#include <span>

namespace tacit::privacy {

/// Euclidean norm, accumulated in double in a fixed order. Throws Error(data) naming the index of the first value that
/// is NaN or infinite.
double l2_norm(std::span<const float> values);

/// Scales the vector onto the Euclidean ball: v <- v * min(1, bound / ||v||) (Abadi et al., CCS 2016, algorithm 1).
/// Returns the norm before. Afterwards l2_norm(values) <= bound holds exactly, rounding included, because a sensitivity
/// is a promise. Throws Error(data) as l2_norm does, Error(usage) unless bound is finite and positive; then nothing is
/// changed.
double clip_l2(std::span<float> values, double bound);

}  // namespace tacit::privacy
