#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace tacit::privacy {

/// One bit a value: v becomes scale * sign(v), with sign(0) = +1 and the scale ||v||_1 / n of scaled sign compression
/// (Karimireddy et al., ICML 2019, Sec. 4; signs alone: Bernstein et al., ICML 2018). On the wire bit i % 8 of byte
/// i / 8 is 1 where the value is negative; unused bits of the last byte are zero.

/// ||v||_1 / n, summed in double in the order of the values; 0 for none. Throws Error(data) naming the index of the
/// first value that is not finite.
float sign_scale(std::span<const float> values);

/// ceil(count / 8).
std::size_t sign_bytes(std::size_t count);

std::vector<std::byte> pack_signs(std::span<const float> values);

/// Writes +scale and -scale into `out`. The bytes may come from anybody: throws Error(data), and leaves `out` as it
/// was, on a wrong number of bytes, unused bits that are not zero, or a scale that is negative or not finite.
void unpack_signs(std::span<const std::byte> packed, float scale, std::span<float> out);

}  // namespace tacit::privacy
