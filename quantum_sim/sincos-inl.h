// Sine and cosine of a vector of angles. Compiled once for each instruction set.
//
// Reduction by Cody and Waite (Software Manual for the Elementary Functions, 1980, chapter 8), then the minimax
// polynomials of fdlibm's __kernel_sin and __kernel_cos on [-pi/4, pi/4].
#if defined(TACIT_QUANTUM_SIM_SINCOS_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef TACIT_QUANTUM_SIM_SINCOS_INL_H
#undef TACIT_QUANTUM_SIM_SINCOS_INL_H
#else
#define TACIT_QUANTUM_SIM_SINCOS_INL_H
#endif

#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace tacit::quantum_sim {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

// Beyond, the products below are no longer exact, and the library's reduction takes over.
inline constexpr double largest_reduced = 1.0e6;

// sin(r) = r + r^3 (s1 + s2 r^2 + ...).
template <class D, class V>
HWY_INLINE V sine_polynomial(D d, V r, V square) {
  auto sum = hn::Set(d, 1.58969099521155010221e-10);
  sum = hn::MulAdd(sum, square, hn::Set(d, -2.50507602534068634195e-08));
  sum = hn::MulAdd(sum, square, hn::Set(d, 2.75573137070700676789e-06));
  sum = hn::MulAdd(sum, square, hn::Set(d, -1.98412698298579493134e-04));
  sum = hn::MulAdd(sum, square, hn::Set(d, 8.33333333332248946124e-03));
  sum = hn::MulAdd(sum, square, hn::Set(d, -1.66666666666666324348e-01));
  return hn::MulAdd(hn::Mul(sum, square), r, r);
}

// cos(r) = 1 - r^2/2 + r^4 (c1 + c2 r^2 + ...), where what 1 - r^2/2 loses by rounding is added back.
template <class D, class V>
HWY_INLINE V cosine_polynomial(D d, V square) {
  auto sum = hn::Set(d, -1.13596475577881948265e-11);
  sum = hn::MulAdd(sum, square, hn::Set(d, 2.08757232129817482790e-09));
  sum = hn::MulAdd(sum, square, hn::Set(d, -2.75573143513906633035e-07));
  sum = hn::MulAdd(sum, square, hn::Set(d, 2.48015872894767294178e-05));
  sum = hn::MulAdd(sum, square, hn::Set(d, -1.38888888888741095749e-03));
  sum = hn::MulAdd(sum, square, hn::Set(d, 4.16666666666666019037e-02));
  const auto one = hn::Set(d, 1.0), half = hn::Mul(square, hn::Set(d, 0.5));
  const auto head = hn::Sub(one, half);
  const auto lost = hn::Sub(hn::Sub(one, head), half);
  return hn::Add(head, hn::MulAdd(hn::Mul(square, square), sum, lost));
}

// Returned whole: out parameters would have to start as something, and what Highway offers for "anything" makes GCC
// warn under the sanitizers.
template <class D>
struct SineAndCosine {
  hn::Vec<D> sine, cosine;
};

template <class D>
HWY_INLINE SineAndCosine<D> reduced_sine_and_cosine(D d, hn::Vec<D> angle) {
  const hn::RebindToUnsigned<D> bits;
  // Adding 1.5 * 2^52 rounds to an integer and leaves it in the low bits.
  const auto to_integer = hn::Set(d, 6755399441055744.0);
  const auto shifted = hn::MulAdd(angle, hn::Set(d, 6.36619772367581382433e-01), to_integer);
  const auto quarter_turns = hn::Sub(shifted, to_integer);
  // pi/2 in parts of 33 bits: their products with up to 20 bits of quarter turns are exact, with or without fusing.
  auto r = hn::NegMulAdd(quarter_turns, hn::Set(d, 1.57079632673412561417e+00), angle);
  r = hn::NegMulAdd(quarter_turns, hn::Set(d, 6.07710050630396597660e-11), r);
  r = hn::NegMulAdd(quarter_turns, hn::Set(d, 2.02226624879595063154e-21), r);
  const auto square = hn::Mul(r, r);
  const auto of_sine = sine_polynomial(d, r, square), of_cosine = cosine_polynomial(d, square);
  const auto count = hn::BitCast(bits, shifted);
  const auto one = hn::Set(bits, 1), two = hn::Set(bits, 2);
  const auto odd = hn::MaskFromVec(hn::BitCast(d, hn::Sub(hn::Zero(bits), hn::And(count, one))));
  const auto sine_sign = hn::BitCast(d, hn::ShiftLeft<62>(hn::And(count, two)));
  const auto cosine_sign = hn::BitCast(d, hn::ShiftLeft<62>(hn::And(hn::Add(count, one), two)));
  return {.sine = hn::Xor(hn::IfThenElse(odd, of_cosine, of_sine), sine_sign),
          .cosine = hn::Xor(hn::IfThenElse(odd, of_sine, of_cosine), cosine_sign)};
}

}  // namespace HWY_NAMESPACE
}  // namespace tacit::quantum_sim
HWY_AFTER_NAMESPACE();

#endif  // include guard of each target
