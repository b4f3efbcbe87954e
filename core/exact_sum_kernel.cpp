#include "core/exact_sum_kernel.h"

#include <algorithm>
#include <bit>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/exact_sum_kernel.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace tacit::exact_sum_kernel::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Doubles = hn::ScalableTag<double>;
using Words = hn::RebindToUnsigned<Doubles>;
using SignedWords = hn::RebindToSigned<Doubles>;
using Floats = hn::Rebind<float, Doubles>;  // half a register: as many floats as doubles
using WordVector = hn::Vec<Words>;

struct Fixed {
  WordVector low, high;
};

#if HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_AVX3_DL

/// The product in units of 2^-64 as 128-bit two's complement, where the machine turns doubles into 64-bit integers.
///
/// The nearest whole number and the rest, in [-1/2, 1/2], are exact; the rest's conversion rounds half to even, and as
/// the whole number is an even multiple of its unit, that is half to even for the product. A rest of exactly 1/2
/// becomes 2^63, which the conversion gives as the pattern 0x8000000000000000 that stands for an overflow: the one
/// wanted. Where the rest rounds to a negative number, that is below -1/2 of a unit, its upper half is all ones.
HWY_INLINE Fixed to_fixed(hn::Vec<Doubles> product) {
  const Doubles d;
  const Words w;
  const auto whole = hn::Round(product);
  const auto rest = hn::Mul(hn::Sub(product, whole), hn::Set(d, 0x1p64));
  const WordVector low{_mm512_cvtpd_epi64(rest.raw)};
  const WordVector high{_mm512_cvtpd_epi64(whole.raw)};
  const auto negative = hn::RebindMask(w, hn::Lt(rest, hn::Set(d, -0.5)));
  return {low, hn::Add(high, hn::VecFromMask(w, negative))};
}

#else

/// Adding this to a double of magnitude up to 2^51 rounds it, half to even, to an integer that then stands in the low
/// bits of the sum's pattern, as an offset from the pattern of the constant itself.
constexpr double rounder = 0x1.8p52;
constexpr std::uint64_t rounder_bits = std::bit_cast<std::uint64_t>(rounder);

/// The product in units of 2^-64 as 128-bit two's complement.
///
/// Three signed limbs of 42 bits: product = (t2 2^84 + t1 2^42 + t0) 2^-64. t2 and t1 are the nearest integers to the
/// product and to what is left of it; the remainders are exact in double, as multiples of the product's last place that
/// are smaller than the product. So only t0 is truly rounded, and because the other limbs are even multiples of its
/// unit, half to even for t0 is half to even for the whole. Every multiplication here is by a power of two, hence
/// exact: with or without fused multiply-add the bits are the same.
HWY_INLINE Fixed to_fixed(hn::Vec<Doubles> product) {
  const Doubles d;
  const Words w;
  const auto shift = hn::Set(d, rounder);
  const auto top = hn::MulAdd(product, hn::Set(d, 0x1p-20), shift);
  const auto below_top = hn::NegMulAdd(hn::Sub(top, shift), hn::Set(d, 0x1p20), product);
  const auto middle = hn::MulAdd(below_top, hn::Set(d, 0x1p22), shift);
  const auto below_middle = hn::NegMulAdd(hn::Sub(middle, shift), hn::Set(d, 0x1p-22), below_top);
  const auto bottom = hn::MulAdd(below_middle, hn::Set(d, 0x1p64), shift);

  // The limbs as non-negative words: t0 + 2^42, t1 - 1 + 2^42 and t2 - 1 (modulo 2^64). What each bias adds, the next
  // limb gives back: 2^42 is one unit of t1, and 2^42 units of t1 are 2^84, one unit of t2.
  const auto t0 = hn::Sub(hn::BitCast(w, bottom), hn::Set(w, rounder_bits - (std::uint64_t{1} << 42)));
  const auto t1_without_carry =
      hn::Sub(hn::BitCast(w, middle), hn::Set(w, rounder_bits + 1 - (std::uint64_t{1} << 42)));
  const auto t1 = hn::Add(t1_without_carry, hn::ShiftRight<42>(t0));
  const auto t2 = hn::Sub(hn::BitCast(w, top), hn::Set(w, rounder_bits + 1));
  const auto low = hn::Or(hn::ShiftLeft<42>(t1), hn::And(t0, hn::Set(w, (std::uint64_t{1} << 42) - 1)));
  const auto high = hn::Add(hn::ShiftLeft<20>(t2), hn::ShiftRight<22>(t1));
  return {low, high};
}

#endif

/// total += value, modulo 2^128.
HWY_INLINE void accumulate(const Fixed& value, std::uint64_t* low, std::int64_t* high) {
  const Words w;
  const SignedWords s;
  const auto new_low = hn::Add(hn::LoadU(w, low), value.low);
  const auto carry = hn::VecFromMask(w, hn::Lt(new_low, value.low));  // all ones: minus one
  const auto high_sum = hn::Add(hn::BitCast(w, hn::LoadU(s, high)), value.high);
  hn::StoreU(new_low, w, low);
  hn::StoreU(hn::BitCast(s, hn::Sub(high_sum, carry)), s, high);
}

HWY_INLINE void fold_vector(const float* x, hn::Vec<Doubles> weight, std::uint64_t* low, std::int64_t* high) {
  const Doubles d;
  const Floats f;
  accumulate(to_fixed(hn::Mul(hn::PromoteTo(d, hn::LoadU(f, x)), weight)), low, high);
}

void fold(const float* x, std::size_t count, double weight, std::uint64_t* low, std::int64_t* high) {
  const Doubles d;
  constexpr std::size_t most_lanes = hn::MaxLanes(Doubles());
  const std::size_t lanes = hn::Lanes(d);
  const auto weights = hn::Set(d, weight);
  std::size_t i = 0;
  for (; i + 2 * lanes <= count; i += 2 * lanes) {
    fold_vector(x + i, weights, low + i, high + i);
    fold_vector(x + i + lanes, weights, low + i + lanes, high + i + lanes);
  }
  // What is left goes through the same instructions, padded with zeros.
  while (i < count) {
    const std::size_t rest = std::min(lanes, count - i);
    float padded[most_lanes] = {};
    std::uint64_t low_lanes[most_lanes] = {};
    std::int64_t high_lanes[most_lanes] = {};
    std::copy_n(x + i, rest, padded);
    std::copy_n(low + i, rest, low_lanes);
    std::copy_n(high + i, rest, high_lanes);
    fold_vector(padded, weights, low_lanes, high_lanes);
    std::copy_n(low_lanes, rest, low + i);
    std::copy_n(high_lanes, rest, high + i);
    i += rest;
  }
}

void merge(const std::uint64_t* other_low, const std::int64_t* other_high, std::size_t count, std::uint64_t* low,
           std::int64_t* high) {
  const Words w;
  const SignedWords s;
  const std::size_t lanes = hn::Lanes(w);
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes)
    accumulate({hn::LoadU(w, other_low + i), hn::BitCast(w, hn::LoadU(s, other_high + i))}, low + i, high + i);
  for (; i < count; ++i) {
    low[i] += other_low[i];
    const std::uint64_t carry = low[i] < other_low[i] ? 1 : 0;
    high[i] = static_cast<std::int64_t>(static_cast<std::uint64_t>(high[i]) +
                                        static_cast<std::uint64_t>(other_high[i]) + carry);
  }
}

std::uint32_t largest_magnitude_bits(const float* x, std::size_t count) {
  // Without the sign bit the patterns are non-negative, so they compare as signed integers, which every target can.
  const hn::ScalableTag<float> f;
  const hn::RebindToSigned<decltype(f)> s;
  const std::size_t lanes = hn::Lanes(f);
  const auto magnitude = hn::Set(s, 0x7fffffff);
  auto first = hn::Zero(s), second = hn::Zero(s);
  std::size_t i = 0;
  for (; i + 2 * lanes <= count; i += 2 * lanes) {
    first = hn::Max(first, hn::And(hn::BitCast(s, hn::LoadU(f, x + i)), magnitude));
    second = hn::Max(second, hn::And(hn::BitCast(s, hn::LoadU(f, x + i + lanes)), magnitude));
  }
  std::int32_t folded[hn::MaxLanes(s)];
  hn::StoreU(hn::Max(first, second), s, folded);
  std::int32_t largest = *std::max_element(folded, folded + lanes);
  for (; i < count; ++i) largest = std::max(largest, std::bit_cast<std::int32_t>(x[i]) & 0x7fffffff);
  return static_cast<std::uint32_t>(largest);
}

}  // namespace tacit::exact_sum_kernel::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tacit::exact_sum_kernel {

HWY_EXPORT(largest_magnitude_bits);
HWY_EXPORT(fold);
HWY_EXPORT(merge);

std::uint32_t largest_magnitude_bits(const float* x, std::size_t count) {
  return HWY_DYNAMIC_DISPATCH(largest_magnitude_bits)(x, count);
}

void fold(const float* x, std::size_t count, double weight, std::uint64_t* low, std::int64_t* high) {
  HWY_DYNAMIC_DISPATCH(fold)(x, count, weight, low, high);
}

void merge(const std::uint64_t* other_low, const std::int64_t* other_high, std::size_t count, std::uint64_t* low,
           std::int64_t* high) {
  HWY_DYNAMIC_DISPATCH(merge)(other_low, other_high, count, low, high);
}

}  // namespace tacit::exact_sum_kernel
#endif
