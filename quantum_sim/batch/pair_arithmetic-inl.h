// Arithmetic on the two rows that a rotation couples, for one vector of samples. Compiled once for each instruction
// set.
#if defined(TACIT_QUANTUM_SIM_BATCH_PAIR_ARITHMETIC_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef TACIT_QUANTUM_SIM_BATCH_PAIR_ARITHMETIC_INL_H
#undef TACIT_QUANTUM_SIM_BATCH_PAIR_ARITHMETIC_INL_H
#else
#define TACIT_QUANTUM_SIM_BATCH_PAIR_ARITHMETIC_INL_H
#endif

#include <cstddef>

#include "hwy/highway.h"
#include "quantum_sim/batch/tile.h"

HWY_BEFORE_NAMESPACE();
namespace tacit::quantum_sim {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

template <class T>
using SampleTag = hn::CappedTag<T, tile_width<T>>;

/// One amplitude of as many samples as a vector holds.
template <class D>
struct Amplitude {
  hn::Vec<D> re, im;
};

template <class D>
struct Pair {
  Amplitude<D> a, b;
};

template <class D>
HWY_INLINE Amplitude<D> zero_amplitude(D d) {
  return {hn::Zero(d), hn::Zero(d)};
}

template <class D>
HWY_INLINE Amplitude<D> load_row(D d, const hn::TFromD<D>* state, std::size_t row) {
  const hn::TFromD<D>* place = state + row * 2 * hn::Lanes(d);
  return {hn::Load(d, place), hn::Load(d, place + hn::Lanes(d))};
}

template <class D>
HWY_INLINE void store_row(D d, const Amplitude<D>& value, hn::TFromD<D>* state, std::size_t row) {
  hn::TFromD<D>* place = state + row * 2 * hn::Lanes(d);
  hn::Store(value.re, d, place);
  hn::Store(value.im, d, place + hn::Lanes(d));
}

/// target + rate * (-i P) source on a pair.
template <Sweep::Kind kind, class D, class V>
HWY_INLINE Pair<D> add_generated(const Pair<D>& target, const Pair<D>& source, V rate) {
  if constexpr (kind == Sweep::Kind::real) {
    return {{hn::NegMulAdd(rate, source.b.re, target.a.re), hn::NegMulAdd(rate, source.b.im, target.a.im)},
            {hn::MulAdd(rate, source.a.re, target.b.re), hn::MulAdd(rate, source.a.im, target.b.im)}};
  } else {
    return {{hn::MulAdd(rate, source.b.im, target.a.re), hn::NegMulAdd(rate, source.b.re, target.a.im)},
            {hn::MulAdd(rate, source.a.im, target.b.re), hn::NegMulAdd(rate, source.a.re, target.b.im)}};
  }
}

/// cos + sin * (-i P) on a pair; a negative sine undoes it. Scaled: 1 + sin * (-i P).
template <Sweep::Kind kind, bool scaled, class D, class V>
HWY_INLINE Pair<D> rotate(const Pair<D>& in, V cosine, V sine) {
  if constexpr (scaled) return add_generated<kind>(in, in, sine);
  if constexpr (kind == Sweep::Kind::real) {
    return {{hn::NegMulAdd(sine, in.b.re, hn::Mul(cosine, in.a.re)),
             hn::NegMulAdd(sine, in.b.im, hn::Mul(cosine, in.a.im))},
            {hn::MulAdd(sine, in.a.re, hn::Mul(cosine, in.b.re)), hn::MulAdd(sine, in.a.im, hn::Mul(cosine, in.b.im))}};
  } else {
    return {
        {hn::MulAdd(sine, in.b.im, hn::Mul(cosine, in.a.re)), hn::NegMulAdd(sine, in.b.re, hn::Mul(cosine, in.a.im))},
        {hn::MulAdd(sine, in.a.im, hn::Mul(cosine, in.b.re)), hn::NegMulAdd(sine, in.a.re, hn::Mul(cosine, in.b.im))}};
  }
}

/// Re <lambda| -i P |psi> over one pair. Two short chains: what comes after waits less than for one of four.
template <Sweep::Kind kind, class D>
HWY_INLINE hn::Vec<D> rotation_overlap(const Pair<D>& lambda, const Pair<D>& psi) {
  if constexpr (kind == Sweep::Kind::real) {
    return hn::Sub(hn::MulAdd(lambda.b.im, psi.a.im, hn::Mul(lambda.b.re, psi.a.re)),
                   hn::MulAdd(lambda.a.im, psi.b.im, hn::Mul(lambda.a.re, psi.b.re)));
  } else {
    return hn::Sub(hn::MulAdd(lambda.b.re, psi.a.im, hn::Mul(lambda.a.re, psi.b.im)),
                   hn::MulAdd(lambda.b.im, psi.a.re, hn::Mul(lambda.a.im, psi.b.re)));
  }
}

/// Re <lambda| i |psi> on one row.
template <class D>
HWY_INLINE hn::Vec<D> phase_overlap(const Amplitude<D>& lambda, const Amplitude<D>& psi) {
  return hn::NegMulAdd(lambda.re, psi.im, hn::Mul(lambda.im, psi.re));
}

/// (cosine + i sine) * in.
template <class D, class V>
HWY_INLINE Amplitude<D> turn(const Amplitude<D>& in, V cosine, V sine) {
  return {hn::NegMulAdd(sine, in.im, hn::Mul(cosine, in.re)), hn::MulAdd(sine, in.re, hn::Mul(cosine, in.im))};
}

/// (cosine - i sine) * in.
template <class D, class V>
HWY_INLINE Amplitude<D> turn_back(const Amplitude<D>& in, V cosine, V sine) {
  return {hn::MulAdd(sine, in.im, hn::Mul(cosine, in.re)), hn::NegMulAdd(sine, in.re, hn::Mul(cosine, in.im))};
}

/// target + rate * i * source.
template <class D, class V>
HWY_INLINE Amplitude<D> add_turned(const Amplitude<D>& target, const Amplitude<D>& source, V rate) {
  return {hn::NegMulAdd(rate, source.im, target.re), hn::MulAdd(rate, source.re, target.im)};
}

}  // namespace HWY_NAMESPACE
}  // namespace tacit::quantum_sim
HWY_AFTER_NAMESPACE();

#endif  // include guard of each target
