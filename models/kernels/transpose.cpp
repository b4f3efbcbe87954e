#include "models/kernels/transpose.h"

#include <algorithm>

#include "models/kernels/simd_targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "models/kernels/transpose.cpp"
#include <hwy/foreach_target.h>
// The kernels follow Highway's own order of inclusion, once per instruction set.
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace tacit::models::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

template <class T>
void transpose_elements(std::size_t rows, std::size_t columns, const T* from, std::size_t from_step, T* to,
                        std::size_t to_step) {
  for (std::size_t i = 0; i < rows; ++i)
    for (std::size_t j = 0; j < columns; ++j) to[j * to_step + i] = from[i * from_step + j];
}

#if HWY_TARGET == HWY_SCALAR
template <class T>
constexpr std::size_t tile = 1;
template <class T>
void transpose_tile(const T* from, std::size_t, T* to, std::size_t) {
  *to = *from;
}
#else
/// Squares of as many elements as 16 bytes hold.
template <class T>
constexpr std::size_t tile = 16 / sizeof(T);

HWY_INLINE void transpose_tile(const float* HWY_RESTRICT from, std::size_t from_step, float* HWY_RESTRICT to,
                               std::size_t to_step) {
  const hn::FixedTag<float, 4> d;
  const hn::FixedTag<double, 2> pairs;
  const auto a = hn::LoadU(d, from), b = hn::LoadU(d, from + from_step), c = hn::LoadU(d, from + 2 * from_step),
             e = hn::LoadU(d, from + 3 * from_step);
  const auto ab_low = hn::BitCast(pairs, hn::InterleaveLower(d, a, b)),
             ab_high = hn::BitCast(pairs, hn::InterleaveUpper(d, a, b)),
             ce_low = hn::BitCast(pairs, hn::InterleaveLower(d, c, e)),
             ce_high = hn::BitCast(pairs, hn::InterleaveUpper(d, c, e));
  hn::StoreU(hn::BitCast(d, hn::InterleaveLower(pairs, ab_low, ce_low)), d, to);
  hn::StoreU(hn::BitCast(d, hn::InterleaveUpper(pairs, ab_low, ce_low)), d, to + to_step);
  hn::StoreU(hn::BitCast(d, hn::InterleaveLower(pairs, ab_high, ce_high)), d, to + 2 * to_step);
  hn::StoreU(hn::BitCast(d, hn::InterleaveUpper(pairs, ab_high, ce_high)), d, to + 3 * to_step);
}

HWY_INLINE void transpose_tile(const double* HWY_RESTRICT from, std::size_t from_step, double* HWY_RESTRICT to,
                               std::size_t to_step) {
  const hn::FixedTag<double, 2> d;
  const auto a = hn::LoadU(d, from), b = hn::LoadU(d, from + from_step);
  hn::StoreU(hn::InterleaveLower(d, a, b), d, to);
  hn::StoreU(hn::InterleaveUpper(d, a, b), d, to + to_step);
}
#endif

template <class T>
void transpose_for_target(std::size_t rows, std::size_t columns, const T* from, std::size_t from_step, T* to,
                          std::size_t to_step) {
  constexpr std::size_t side = tile<T>;
  const std::size_t whole_rows = rows / side * side, whole_columns = columns / side * side;
  // A cache line of the result at a time, so that few rows are read side by side.
  constexpr std::size_t line = 64 / sizeof(T);
  for (std::size_t first = 0; first < whole_rows; first += line)
    for (std::size_t j = 0; j < whole_columns; j += side)
      for (std::size_t i = first; i < std::min(first + line, whole_rows); i += side)
        transpose_tile(from + i * from_step + j, from_step, to + j * to_step + i, to_step);
  transpose_elements(rows - whole_rows, columns, from + whole_rows * from_step, from_step, to + whole_rows, to_step);
  transpose_elements(whole_rows, columns - whole_columns, from + whole_columns, from_step, to + whole_columns * to_step,
                     to_step);
}

void transpose_float(std::size_t rows, std::size_t columns, const float* from, std::size_t from_step, float* to,
                     std::size_t to_step) {
  transpose_for_target<float>(rows, columns, from, from_step, to, to_step);
}
void transpose_double(std::size_t rows, std::size_t columns, const double* from, std::size_t from_step, double* to,
                      std::size_t to_step) {
  transpose_for_target<double>(rows, columns, from, from_step, to, to_step);
}

}  // namespace tacit::models::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tacit::models::kernels {

namespace {
HWY_EXPORT(transpose_float);
HWY_EXPORT(transpose_double);
}  // namespace

template <>
void transpose<float>(std::size_t rows, std::size_t columns, const float* from, std::size_t from_step, float* to,
                      std::size_t to_step) {
  HWY_DYNAMIC_DISPATCH(transpose_float)(rows, columns, from, from_step, to, to_step);
}
template <>
void transpose<double>(std::size_t rows, std::size_t columns, const double* from, std::size_t from_step, double* to,
                       std::size_t to_step) {
  HWY_DYNAMIC_DISPATCH(transpose_double)(rows, columns, from, from_step, to, to_step);
}

}  // namespace tacit::models::kernels
#endif  // HWY_ONCE
