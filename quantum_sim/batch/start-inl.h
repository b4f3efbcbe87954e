// The state before the first sweep, and the gradients by it. Compiled once for each instruction set.
#if defined(TACIT_QUANTUM_SIM_BATCH_START_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef TACIT_QUANTUM_SIM_BATCH_START_INL_H
#undef TACIT_QUANTUM_SIM_BATCH_START_INL_H
#else
#define TACIT_QUANTUM_SIM_BATCH_START_INL_H
#endif

#include "quantum_sim/batch/pair_arithmetic-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tacit::quantum_sim {
namespace HWY_NAMESPACE {

/// The rows in use before the first sweep: row 0 = value, or, with encoded amplitudes, those of `encoded`
/// [amplitudes][W] for the columns from `column` on.
template <class D, class T>
HWY_INLINE void start(D d, const Tile<T>& tile, std::size_t column, const T* encoded, T value, T* state) {
  const std::size_t amplitudes = tile.program->encoded_amplitudes;
  if (amplitudes == 0) return store_row(d, {hn::Set(d, value), hn::Zero(d)}, state, 0);
  for (std::size_t row = 0; row < amplitudes; ++row)
    store_row(d, {hn::Load(d, encoded + row * tile_width<T> + column), hn::Zero(d)}, state, row);
  for (std::size_t row = amplitudes; row < std::size_t{1} << tile.program->start_dimension; ++row)
    store_row(d, zero_amplitude(d), state, row);
}

/// 2 Re lambda of the encoded amplitudes, lambda having come back to the start.
template <class D, class T>
HWY_INLINE void write_start_gradient(D d, const Tile<T>& tile, std::size_t column, const T* lambda, T* gradient) {
  for (std::size_t row = 0; row < tile.program->encoded_amplitudes; ++row) {
    const auto re = load_row(d, lambda, row).re;
    hn::Store(hn::Add(re, re), d, gradient + row * tile_width<T> + column);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace tacit::quantum_sim
HWY_AFTER_NAMESPACE();

#endif  // include guard of each target
