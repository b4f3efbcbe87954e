// Pauli strings of the observables on a state. Compiled once for each instruction set.
#if defined(TACIT_QUANTUM_SIM_STATE_STRINGS_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef TACIT_QUANTUM_SIM_STATE_STRINGS_INL_H
#undef TACIT_QUANTUM_SIM_STATE_STRINGS_INL_H
#else
#define TACIT_QUANTUM_SIM_STATE_STRINGS_INL_H
#endif

#include "quantum_sim/state/amplitude_row-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tacit::quantum_sim {
namespace HWY_NAMESPACE {

// Long sums are taken up in double this often.
inline constexpr std::size_t rows_of_a_sum = 256;

/// Re <left| P |right>. With s(y) = (-1)^parity(y & sign): a real string takes right(y ^ flip) to s(y) times itself, an
/// imaginary one to -i s(y) times.
template <bool imaginary, class T>
HWY_NOINLINE double string_element(const StringCall<T>& call) {
  using D = RowTag<T>;
  const D d;
  const PlannedString& string = *call.string;
  const std::size_t step = 2 * hn::Lanes(d);
  const auto lanes = lane_exchange(d, string.lane_flip);
  const auto even = lane_signs(d, string.lane_sign), odd = hn::Neg(even);
  double total = 0;
  for (std::size_t start = call.first; start < call.last; start += rows_of_a_sum) {
    auto sum = hn::Zero(d);
    for (std::size_t row = start; row < HWY_MIN(call.last, start + rows_of_a_sum); ++row) {
      const Row<D> bra = load_row(d, call.left + row * step);
      const Row<D> ket = exchange<D>(load_row(d, call.right + (row ^ string.row_flip) * step), lanes);
      const bool sign = bit_parity(static_cast<std::uint32_t>(row) & string.row_sign);
      sum = hn::Add(sum, hn::Xor(sign ? odd : even, add_overlap<!imaginary>(hn::Zero(d), bra, ket)));
    }
    total += static_cast<double>(hn::GetLane(hn::SumOfLanes(d, sum)));
  }
  return total;
}

template <bool imaginary, bool adds, class T>
HWY_NOINLINE void put_string(const StringCall<T>& call) {
  using D = RowTag<T>;
  const D d;
  const PlannedString& string = *call.string;
  const std::size_t step = 2 * hn::Lanes(d);
  const auto lanes = lane_exchange(d, string.lane_flip);
  const auto even = hn::Xor(hn::Set(d, call.weight), lane_signs(d, string.lane_sign)), odd = hn::Neg(even);
  for (std::size_t row = call.first; row < call.last; ++row) {
    const Row<D> in = exchange<D>(load_row(d, call.right + (row ^ string.row_flip) * step), lanes);
    Row<D> out{hn::Zero(d), hn::Zero(d)};
    if constexpr (adds) out = load_row(d, call.target + row * step);
    const bool sign = bit_parity(static_cast<std::uint32_t>(row) & string.row_sign);
    store_row(d, add<!imaginary>(out, sign ? odd : even, in), call.target + row * step);
  }
}

template <class T>
double matrix_element(const StringCall<T>& call) {
  return call.string->imaginary ? string_element<true>(call) : string_element<false>(call);
}
template <class T>
void write_string(const StringCall<T>& call) {
  call.string->imaginary ? put_string<true, false>(call) : put_string<false, false>(call);
}
template <class T>
void add_string(const StringCall<T>& call) {
  call.string->imaginary ? put_string<true, true>(call) : put_string<false, true>(call);
}

}  // namespace HWY_NAMESPACE
}  // namespace tacit::quantum_sim
HWY_AFTER_NAMESPACE();

#endif  // include guard of each target
