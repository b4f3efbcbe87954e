// Blocks on their way between the state and the cache. Compiled once for each instruction set.
#if defined(TACIT_QUANTUM_SIM_STATE_BLOCK_COPY_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef TACIT_QUANTUM_SIM_STATE_BLOCK_COPY_INL_H
#undef TACIT_QUANTUM_SIM_STATE_BLOCK_COPY_INL_H
#else
#define TACIT_QUANTUM_SIM_STATE_BLOCK_COPY_INL_H
#endif

#include "quantum_sim/state/amplitude_row-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tacit::quantum_sim {
namespace HWY_NAMESPACE {

/// block[c] = gain * state[base ^ place of c], lanes exchanged; zero for what was not reached before the pass, if this
/// is before it.
template <bool exchanges, bool before, class T>
HWY_NOINLINE void gather(const Pass& pass, std::size_t base, T gain, const T* state, T* block) {
  const RowTag<T> d;
  const auto factor = hn::Set(d, gain);
  const std::size_t step = 2 * hn::Lanes(d);
  for (const RowPlace& place : pass.places) {
    Row<RowTag<T>> row{hn::Zero(d), hn::Zero(d)};
    if (!before || !place.fresh) {
      row = load_row(d, state + (base ^ place.row) * step);
      if constexpr (exchanges) row = exchange<RowTag<T>>(row, lane_exchange(d, place.lanes));
      row = {hn::Mul(row.re, factor), hn::Mul(row.im, factor)};
    }
    store_row(d, row, block);
    block += step;
  }
}

/// The way back.
template <bool exchanges, class T>
HWY_NOINLINE void scatter(const Pass& pass, std::size_t base, T gain, const T* block, T* state) {
  const RowTag<T> d;
  const auto factor = hn::Set(d, gain);
  const std::size_t step = 2 * hn::Lanes(d);
  for (const RowPlace& place : pass.places) {
    Row<RowTag<T>> row = load_row(d, block);
    if constexpr (exchanges) row = exchange<RowTag<T>>(row, lane_exchange(d, place.lanes));
    row = {hn::Mul(row.re, factor), hn::Mul(row.im, factor)};
    store_row(d, row, state + (base ^ place.row) * step);
    block += step;
  }
}

template <bool before, class T>
HWY_INLINE void read_block(const Pass& pass, std::size_t base, T gain, const T* state, T* block) {
  if (pass.exchanges_lanes)
    gather<true, before>(pass, base, gain, state, block);
  else
    gather<false, before>(pass, base, gain, state, block);
}
template <class T>
HWY_INLINE void write_block(const Pass& pass, std::size_t base, T gain, const T* block, T* state) {
  if (pass.exchanges_lanes)
    scatter<true>(pass, base, gain, block, state);
  else
    scatter<false>(pass, base, gain, block, state);
}

/// The first row of a block.
HWY_INLINE std::size_t first_row(const Pass& pass, std::size_t block) {
  std::size_t row = 0;
  for (std::size_t bit = 0; bit < pass.outer.size(); ++bit)
    if (block >> bit & 1) row ^= pass.outer[bit];
  return row;
}

}  // namespace HWY_NAMESPACE
}  // namespace tacit::quantum_sim
HWY_AFTER_NAMESPACE();

#endif  // include guard of each target
