// a + b P on a state. Compiled once for each instruction set.
#if defined(TACIT_QUANTUM_SIM_MEASUREMENT_PAULI_PASS_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef TACIT_QUANTUM_SIM_MEASUREMENT_PAULI_PASS_INL_H
#undef TACIT_QUANTUM_SIM_MEASUREMENT_PAULI_PASS_INL_H
#else
#define TACIT_QUANTUM_SIM_MEASUREMENT_PAULI_PASS_INL_H
#endif

#include <bit>

#include "hwy/highway.h"
#include "quantum_sim/measurement/amplitude_kernels.h"
#include "quantum_sim/measurement/lane_pass-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tacit::quantum_sim {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

template <class T>
std::complex<T> times_power_of_i(std::complex<T> value, std::uint32_t power) {
  switch (power & 3u) {
    case 0:
      return value;
    case 1:
      return {-value.imag(), value.real()};
    case 2:
      return -value;
    default:
      return {value.imag(), -value.real()};
  }
}

/// Written out, not operator*, which checks for infinities.
template <class T>
HWY_INLINE std::complex<T> product(std::complex<T> left, std::complex<T> right) {
  return {left.real() * right.real() - left.imag() * right.imag(),
          left.real() * right.imag() + left.imag() * right.real()};
}

/// One amplitude or pair at a time: small states, strings within a vector, controls.
template <class T>
void pauli_pass_by_element(const PauliPass<T>& pass, std::size_t first, std::size_t end) {
  const std::size_t x = pass.pauli.x, z = pass.pauli.z;
  const std::complex<T> b = times_power_of_i(pass.b, pass.pauli.phase);
  const std::size_t below = x ? std::bit_floor(x) - 1 : 0;
  for (std::size_t rest = first; rest < end; ++rest) {
    const std::size_t one = x ? ((rest & ~below) << 1) | (rest & below) : rest, other = one ^ x;
    if ((one & pass.controls) != pass.controls) continue;
    const std::complex<T> from_one = product(parity(one & z) ? -b : b, pass.state[one]);
    const std::complex<T> from_other = product(parity(other & z) ? -b : b, pass.state[other]);
    pass.state[one] = product(pass.a, pass.state[one]) + from_other;
    if (x) pass.state[other] = product(pass.a, pass.state[other]) + from_one;
  }
}

/// b i^phase (-1)^parity(j & z) for one vector of amplitudes j.
template <class T>
struct SignedFactor {
  using D = AmplitudeTag<T>;
  using V = hn::Vec<D>;
  V real[2], imaginary[2];  ///< by the sign of the block

  HWY_INLINE explicit SignedFactor(const PauliPass<T>& pass) {
    const D d;
    const std::complex<T> b = times_power_of_i(pass.b, pass.pauli.phase);
    HWY_ALIGN T signs[pass_alignment];
    for (std::size_t lane = 0; lane < hn::Lanes(d); ++lane) signs[lane] = parity(lane & pass.pauli.z) ? -1 : 1;
    const V sign = hn::Load(d, signs);
    real[0] = hn::Mul(sign, hn::Set(d, b.real()));
    imaginary[0] = hn::Mul(sign, hn::Set(d, b.imag()));
    real[1] = hn::Neg(real[0]);
    imaginary[1] = hn::Neg(imaginary[0]);
  }
};

template <class T>
void pauli_z_pass(const PauliPass<T>& pass, std::size_t first, std::size_t end) {
  const AmplitudeTag<T> d;
  const SignedFactor<T> factor(pass);
  const auto a_real = hn::Set(d, pass.a.real()), a_imaginary = hn::Set(d, pass.a.imag());
  for (std::size_t j = first; j < end; j += hn::Lanes(d)) {
    T* values = reinterpret_cast<T*>(pass.state + j);
    hn::Vec<AmplitudeTag<T>> re, im;
    hn::LoadInterleaved2(d, values, re, im);
    const std::uint32_t sign = parity(j & pass.pauli.z);
    const auto f_real = hn::Add(a_real, factor.real[sign]), f_imaginary = hn::Add(a_imaginary, factor.imaginary[sign]);
    const auto out_real = hn::NegMulAdd(f_imaginary, im, hn::Mul(f_real, re));
    hn::StoreInterleaved2(out_real, hn::MulAdd(f_imaginary, re, hn::Mul(f_real, im)), d, values);
  }
}

/// The highest X bit pairs vectors; lower ones inside a vector permute its lanes.
template <class T>
void pauli_pair_pass(const PauliPass<T>& pass, std::size_t first, std::size_t end) {
  using D = AmplitudeTag<T>;
  using V = hn::Vec<D>;
  const D d;
  const std::size_t lanes = hn::Lanes(d), x = pass.pauli.x, z = pass.pauli.z, below = std::bit_floor(x) - 1;
  const std::size_t lane_x = x & (lanes - 1), row_x = x & ~(lanes - 1);
  const SignedFactor<T> factor(pass);
  const V a_real = hn::Set(d, pass.a.real()), a_imaginary = hn::Set(d, pass.a.imag());
  HWY_ALIGN hn::TFromD<hn::RebindToSigned<D>> permutation[pass_alignment];
  for (std::size_t lane = 0; lane < lanes; ++lane)
    permutation[lane] = static_cast<hn::TFromD<hn::RebindToSigned<D>>>(lane ^ lane_x);
  const auto indices = hn::SetTableIndices(d, permutation);
  // a * own + b * P * partner, the sign read at the partner before its lanes change places.
  const auto combine = [&](T* to, V own_re, V own_im, V re, V im, std::size_t partner) HWY_ATTR {
    const std::uint32_t sign = parity(partner & z);
    const V moved_re = hn::NegMulAdd(factor.imaginary[sign], im, hn::Mul(factor.real[sign], re));
    const V moved_im = hn::MulAdd(factor.imaginary[sign], re, hn::Mul(factor.real[sign], im));
    const V kept_re = hn::NegMulAdd(a_imaginary, own_im, hn::Mul(a_real, own_re));
    const V kept_im = hn::MulAdd(a_imaginary, own_re, hn::Mul(a_real, own_im));
    hn::StoreInterleaved2(hn::Add(kept_re, hn::TableLookupLanes(moved_re, indices)),
                          hn::Add(kept_im, hn::TableLookupLanes(moved_im, indices)), d, to);
  };
  for (std::size_t rest = first; rest < end; rest += lanes) {
    const std::size_t one = ((rest & ~below) << 1) | (rest & below), other = one ^ row_x;
    T* one_values = reinterpret_cast<T*>(pass.state + one);
    T* other_values = reinterpret_cast<T*>(pass.state + other);
    V one_re, one_im, other_re, other_im;
    hn::LoadInterleaved2(d, one_values, one_re, one_im);
    hn::LoadInterleaved2(d, other_values, other_re, other_im);
    combine(one_values, one_re, one_im, other_re, other_im, other);
    combine(other_values, other_re, other_im, one_re, one_im, one);
  }
}

template <class T>
void pauli_pass(const PauliPass<T>& pass, std::size_t first, std::size_t end) {
  const std::size_t lanes = hn::Lanes(AmplitudeTag<T>());
  const bool is_small = pass.amplitudes < 2 * lanes || (pass.pauli.x != 0 && pass.pauli.x < lanes);
  if (is_small || pass.controls != 0) return pauli_pass_by_element(pass, first, end);
  if (pass.pauli.x == 0) return pauli_z_pass(pass, first, end);
  return pauli_pair_pass(pass, first, end);
}

}  // namespace HWY_NAMESPACE
}  // namespace tacit::quantum_sim
HWY_AFTER_NAMESPACE();

#endif
