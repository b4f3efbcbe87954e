#include "quantum_sim/state/half_tangents.h"

#include "quantum_sim/instruction_sets.h"
#include "quantum_sim/sincos.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "quantum_sim/state/half_tangents.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.
#include "hwy/highway.h"
#include "quantum_sim/sincos-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tacit::quantum_sim {
namespace HWY_NAMESPACE {

template <class D>
HWY_INLINE hn::Vec<hn::RebindToUnsigned<D>> write_tangents(D d, hn::Vec<D> sine, hn::Vec<D> cosine, double* tangents,
                                                           double* growths, std::uint64_t* splits) {
  // (cos, sin) of (a - pi) / 2 are (sin, -cos) of a / 2; a common sign of both is one of the whole state.
  const auto past = hn::Lt(hn::Abs(cosine), hn::Abs(sine));
  const auto over = hn::IfThenElse(past, hn::Neg(cosine), sine), under = hn::IfThenElse(past, sine, cosine);
  const auto inverse = hn::Div(hn::Set(d, 1.0), under);
  hn::StoreU(hn::Mul(over, inverse), d, tangents);
  hn::StoreU(hn::Abs(inverse), d, growths);
  const hn::RebindToUnsigned<D> bits;
  const auto split = hn::BitCast(bits, hn::VecFromMask(d, past));
  hn::StoreU(split, bits, splits);
  return split;
}

bool write_half_tangents(const double* halves, std::size_t count, double* tangents, double* growths,
                         std::uint64_t* splits) {
  const hn::CappedTag<double, 8> d;
  const hn::RebindToUnsigned<decltype(d)> bits;
  auto all = hn::Zero(bits);
  for (std::size_t place = 0; place < count; place += hn::Lanes(d)) {
    alignas(64) double angles[8] = {}, sines[8], cosines[8], rest_tangents[8], rest_growths[8];
    std::uint64_t rest_splits[8];
    const std::size_t here = HWY_MIN(count - place, hn::Lanes(d));
    const bool whole = here == hn::Lanes(d);
    const double* from = halves + place;
    if (!whole) {
      for (std::size_t lane = 0; lane < here; ++lane) angles[lane] = from[lane];
      from = angles;
    }
    const auto angle = hn::LoadU(d, from);
    SineAndCosine<hn::CappedTag<double, 8>> of{angle, angle};
    if (HWY_LIKELY(hn::AllTrue(d, hn::Le(hn::Abs(angle), hn::Set(d, largest_reduced))))) {
      of = reduced_sine_and_cosine(d, angle);
    } else {
      sine_and_cosine({from, hn::Lanes(d)}, {sines, hn::Lanes(d)}, {cosines, hn::Lanes(d)});
      of = {hn::Load(d, sines), hn::Load(d, cosines)};
    }
    if (whole) {
      all = hn::Or(all, write_tangents(d, of.sine, of.cosine, tangents + place, growths + place, splits + place));
      continue;
    }
    // The lanes that are left out have the angle zero, which splits nothing.
    all = hn::Or(all, write_tangents(d, of.sine, of.cosine, rest_tangents, rest_growths, rest_splits));
    for (std::size_t lane = 0; lane < here; ++lane) {
      tangents[place + lane] = rest_tangents[lane];
      growths[place + lane] = rest_growths[lane];
      splits[place + lane] = rest_splits[lane];
    }
  }
  return !hn::AllTrue(bits, hn::Eq(all, hn::Zero(bits)));
}

template <class D>
HWY_INLINE void store_rounded(D d, hn::Vec<D> value, double* result) {
  hn::StoreU(value, d, result);
}
template <class D>
HWY_INLINE void store_rounded(D, hn::Vec<D> value, float* result) {
  const hn::Rebind<float, D> narrow;
  hn::StoreU(hn::DemoteTo(narrow, value), narrow, result);
}

template <class T>
void write_signed(const double* tangents, const double* signs, std::size_t count, T* result) {
  const hn::CappedTag<double, 8> d;
  std::size_t place = 0;
  for (; place + hn::Lanes(d) <= count; place += hn::Lanes(d))
    store_rounded(d, hn::Mul(hn::LoadU(d, tangents + place), hn::LoadU(d, signs + place)), result + place);
  for (; place < count; ++place) result[place] = static_cast<T>(tangents[place] * signs[place]);
}

// Dispatch takes addresses of plain functions.
void write_signed_float(const double* tangents, const double* signs, std::size_t count, float* result) {
  write_signed(tangents, signs, count, result);
}
void write_signed_double(const double* tangents, const double* signs, std::size_t count, double* result) {
  write_signed(tangents, signs, count, result);
}

}  // namespace HWY_NAMESPACE
}  // namespace tacit::quantum_sim
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tacit::quantum_sim {

HWY_EXPORT(write_half_tangents);
HWY_EXPORT(write_signed_float);
HWY_EXPORT(write_signed_double);

bool half_tangents(std::span<const double> halves, const HalfTangents& result) noexcept {
  return HWY_DYNAMIC_DISPATCH(write_half_tangents)(halves.data(), halves.size(), result.tangents.data(),
                                                   result.growths.data(), result.splits.data());
}

void sign_tangents(std::span<const double> tangents, std::span<const double> signs, std::span<float> result) noexcept {
  HWY_DYNAMIC_DISPATCH(write_signed_float)(tangents.data(), signs.data(), result.size(), result.data());
}
void sign_tangents(std::span<const double> tangents, std::span<const double> signs, std::span<double> result) noexcept {
  HWY_DYNAMIC_DISPATCH(write_signed_double)(tangents.data(), signs.data(), result.size(), result.data());
}

}  // namespace tacit::quantum_sim
#endif
