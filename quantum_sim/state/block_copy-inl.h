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

/// Elements of one block.
template <class T>
HWY_INLINE std::size_t block_stride(const Pass& pass) {
  return pass.rows() * 2 * hn::Lanes(RowTag<T>());
}

/// The first row of a block.
HWY_INLINE std::size_t first_row(const Pass& pass, std::size_t block) {
  std::size_t row = 0;
  for (std::size_t bit = 0; bit < pass.outer.size(); ++bit)
    if (block >> bit & 1) row ^= pass.outer[bit];
  return row;
}

/// Brings the rows of the next block closer, a few at a time between the work on this one, so that memory is never idle
/// and never asked for more than it can have under way.
template <class T>
class Prefetch {
 public:
  Prefetch() = default;
  HWY_INLINE Prefetch(const PassCall<T>& call, std::size_t block, std::size_t last_block)
      : psi_(call.psi), lambda_(call.lambda), places_(call.pass->places.data()) {
    // What fits into half of a second-level cache is close already.
    constexpr std::size_t near_bytes = std::size_t{512} << 10;
    const std::size_t row_bytes = 2 * hn::MaxLanes(RowTag<T>()) * sizeof(T);
    if (block >= last_block || call.plan->rows() * row_bytes <= near_bytes) return;
    base_ = first_row(*call.pass, block);
    left_ = call.pass->rows();
    share_ = left_ / call.pass->visits.size() + 1;
  }
  /// The next row, of psi or of both states.
  template <bool both>
  HWY_INLINE void step() {
    if (left_ == 0) return;
    constexpr std::size_t line = 64 / sizeof(T);
    constexpr std::size_t width = 2 * hn::MaxLanes(RowTag<T>());
    const std::size_t offset = (base_ ^ places_[--left_].row) * width;
    for (std::size_t part = 0; part < width; part += line) {
      __builtin_prefetch(psi_ + offset + part, 1, 2);
      if constexpr (both) __builtin_prefetch(lambda_ + offset + part, 1, 2);
    }
  }
  template <bool both>
  HWY_INLINE void go_on() {
    for (std::size_t count = HWY_MIN(share_, left_); count > 0; --count) step<both>();
  }
  template <bool both>
  HWY_INLINE void finish() {
    while (left_ > 0) step<both>();
  }

 private:
  const T *psi_ = nullptr, *lambda_ = nullptr;
  const RowPlace* places_ = nullptr;
  std::size_t base_ = 0, left_ = 0, share_ = 0;
};

}  // namespace HWY_NAMESPACE
}  // namespace tacit::quantum_sim
HWY_AFTER_NAMESPACE();

#endif  // include guard of each target
