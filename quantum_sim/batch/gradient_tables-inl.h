// Where the passes leave gradients: by slot and lane, and for diagonals by row, summed over lanes. Compiled once for
// each instruction set.
#if defined(TACIT_QUANTUM_SIM_BATCH_GRADIENT_TABLES_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef TACIT_QUANTUM_SIM_BATCH_GRADIENT_TABLES_INL_H
#undef TACIT_QUANTUM_SIM_BATCH_GRADIENT_TABLES_INL_H
#else
#define TACIT_QUANTUM_SIM_BATCH_GRADIENT_TABLES_INL_H
#endif

#include "quantum_sim/batch/visits-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tacit::quantum_sim {
namespace HWY_NAMESPACE {

template <class D, class T>
HWY_INLINE void clear_gradient(D d, const Tile<T>& tile, T* gradient, std::size_t column) {
  for (std::size_t slot = 0; slot < tile.program->slots.size(); ++slot)
    hn::Store(hn::Zero(d), d, gradient + slot * tile_width<T> + column);
}

template <class D, class T>
HWY_INLINE void add_to_gradient(D d, hn::Vec<D> value, T* gradient, std::uint32_t slot, std::size_t column) {
  T* const place = gradient + slot * tile_width<T> + column;
  hn::Store(hn::Add(hn::Load(d, place), value), d, place);
}

#if HWY_TARGET == HWY_SCALAR

/// sums[row] += overlaps[row] for the lane of this pass.
template <class D, class T>
HWY_NOINLINE void add_lane_sums(D, const T* overlaps, std::size_t rows, double* sums) {
  for (std::size_t row = 0; row < rows; ++row) sums[row] += static_cast<double>(overlaps[row]);
}

#else

/// The sums of each 16-byte block of four rows (float) or two (double), a row beside the other in each block.
template <class D>
HWY_INLINE hn::Vec<D> sum_blocks(D d, const float* rows) {
  const hn::Repartition<double, D> wide;
  const std::size_t lanes = hn::Lanes(d);
  const auto a = hn::Load(d, rows), b = hn::Load(d, rows + lanes);
  const auto c = hn::Load(d, rows + 2 * lanes), e = hn::Load(d, rows + 3 * lanes);
  const auto ab = hn::BitCast(wide, hn::Add(hn::InterleaveLower(d, a, b), hn::InterleaveUpper(d, a, b)));
  const auto ce = hn::BitCast(wide, hn::Add(hn::InterleaveLower(d, c, e), hn::InterleaveUpper(d, c, e)));
  return hn::Add(hn::BitCast(d, hn::InterleaveLower(wide, ab, ce)), hn::BitCast(d, hn::InterleaveUpper(wide, ab, ce)));
}
template <class D>
HWY_INLINE hn::Vec<D> sum_blocks(D d, const double* rows) {
  const auto a = hn::Load(d, rows), b = hn::Load(d, rows + hn::Lanes(d));
  return hn::Add(hn::InterleaveLower(d, a, b), hn::InterleaveUpper(d, a, b));
}

template <class Wide>
HWY_INLINE hn::Vec<Wide> load_wide(Wide wide, const float* values) {
  return hn::PromoteTo(wide, hn::Load(hn::Rebind<float, Wide>(), values));
}
template <class Wide>
HWY_INLINE hn::Vec<Wide> load_wide(Wide wide, const double* values) {
  return hn::Load(wide, values);
}

/// sums[row] += overlaps[row] over the lanes of this pass, block by block, so alike for vectors of any width.
template <class D, class T>
HWY_NOINLINE void add_lane_sums(D d, const T* overlaps, std::size_t rows, double* sums) {
  constexpr std::size_t width = 16 / sizeof(T);
  const hn::CappedTag<double, width> wide;
  const std::size_t lanes = hn::Lanes(d);
  HWY_ALIGN T blocks[tile_width<T>];
  for (std::size_t row = 0; row < rows; row += width) {
    hn::Store(sum_blocks(d, overlaps + row * lanes), d, blocks);
    for (std::size_t place = 0; place < width; place += hn::Lanes(wide)) {
      auto sum = hn::LoadU(wide, sums + row + place);
      for (std::size_t block = 0; block < lanes; block += width)
        sum = hn::Add(sum, load_wide(wide, blocks + block + place));
      hn::StoreU(sum, wide, sums + row + place);
    }
  }
}

#endif  // HWY_SCALAR

/// After a stage went back: the gradients by row of the diagonals in it.
template <class D, class T>
HWY_INLINE void sum_overlaps(D d, const Tile<T>& tile, const Stage& stage, const T* overlaps, double* sums) {
  const std::size_t rows = tile.program->rows();
  for (std::uint32_t visit = stage.first_visit; visit < stage.end_visit; ++visit)
    if (const std::uint32_t diagonal = tile.backward_plan->visits[visit].diagonal; diagonal != no_diagonal)
      add_lane_sums(d, overlaps, rows, sums + diagonal * rows);
}

}  // namespace HWY_NAMESPACE
}  // namespace tacit::quantum_sim
HWY_AFTER_NAMESPACE();

#endif  // include guard of each target
