#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "core/random.h"

namespace tacit::privacy {

/// Uniform symmetric quantiser. With m = 2^(bits-1) - 1 the grid is {k * scale / m : k = -m .. m}, 2^bits - 1 levels
/// with zero among them, so the error of one value is at most scale / (2 m) before the result is rounded to float. A
/// value goes to the nearest level, ties to even k. On the wire a level is the unsigned code k + m in `bits` bits,
/// packed without gaps from the least significant bit of the first byte on; unused bits of the last byte are zero. Code
/// 2 m + 1 does not occur.
inline constexpr unsigned least_quantise_bits = 2;
inline constexpr unsigned most_quantise_bits = 16;

/// The smallest scale that holds every value: the largest magnitude, 0 for no values or only zeros. Throws Error(data)
/// naming the index of the first value that is NaN or infinite.
float quantise_scale(std::span<const float> values);

/// Bytes of `count` packed codes. Throws Error(usage) unless 2 <= bits <= 16, or if the number of bits overflows.
std::size_t quantised_bytes(std::size_t count, unsigned bits);

/// The packed codes of values in [-scale, scale]. Throws Error(data) naming the index of the first value that is NaN,
/// infinite or outside; Error(usage) on bits outside 2..16 or a scale that is negative or not finite.
std::vector<std::byte> quantise(std::span<const float> values, unsigned bits, float scale);

/// The same with stochastic rounding: a value between two neighbouring levels goes to either, with the probability that
/// makes its mean the value itself. With 2 bits this is TernGrad (Wen et al., NeurIPS 2017, Eq. 1-3), levels -scale, 0
/// and scale. Draws one number a value, in the order of the values.
std::vector<std::byte> quantise(std::span<const float> values, unsigned bits, float scale, RandomStream& rounding);

/// Inverse of `quantise`, onto the grid: out.size() values. The bytes may come from anybody: throws Error(data), and
/// leaves `out` as it was, on a wrong number of bytes, a code that does not occur (with its index), unused bits that
/// are not zero, bits outside 2..16, or a scale that is negative or not finite.
void dequantise(std::span<const std::byte> packed, unsigned bits, float scale, std::span<float> out);

}  // namespace tacit::privacy
