#pragma once

// Internal to core: the inner loops of ExactSum, one version for each instruction set, chosen at run time. All versions
// give the same bits. A total is 128-bit two's complement in units of 2^-64: `low` holds bits 0..63, `high` 64..127.

#include <cstddef>
#include <cstdint>

namespace tacit::exact_sum_kernel {

/// The largest of the elements' bit patterns without their signs: ordered like the magnitudes, with infinity and then
/// NaN above every number. 0 for count = 0.
std::uint32_t largest_magnitude_bits(const float* x, std::size_t count);

/// Adds weight * x[i], rounded once, half to even, to a multiple of 2^-64. Requires |weight * x[i]| < 2^62 and the
/// product exact in double. Adding with -weight afterwards restores the total exactly.
void fold(const float* x, std::size_t count, double weight, std::uint64_t* low, std::int64_t* high);

/// Adds another total, modulo 2^128.
void merge(const std::uint64_t* other_low, const std::int64_t* other_high, std::size_t count, std::uint64_t* low,
           std::int64_t* high);

}  // namespace tacit::exact_sum_kernel
