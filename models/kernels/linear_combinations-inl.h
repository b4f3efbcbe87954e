// The blocks of models/kernels/linear_combinations.h: some rows times some vectors of C stay in registers while all
// their terms go by.
#if defined(TACIT_MODELS_LINEAR_COMBINATIONS_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef TACIT_MODELS_LINEAR_COMBINATIONS_INL_H
#undef TACIT_MODELS_LINEAR_COMBINATIONS_INL_H
#else
#define TACIT_MODELS_LINEAR_COMBINATIONS_INL_H
#endif

#include <array>
#include <utility>

#include "models/kernels/linear_combinations.h"
#include "models/kernels/partial_vector-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tacit::models::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Sizes of a block. Two multiply-adds a cycle of four cycles' latency need eight of them at least; the number of rows
/// is the number of uses of each vector of B that was loaded, the number of vectors that of each element of A.
#if HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_AVX3_DL || HWY_TARGET == HWY_NEON
constexpr std::size_t most_vectors = 3;  // 32 registers
constexpr std::size_t most_rows(std::size_t vectors) {
  return vectors == 1 ? 10 : vectors == 2 ? 12 : 8;
}
#else
constexpr std::size_t most_vectors = 2;  // 16 registers
constexpr std::size_t most_rows(std::size_t vectors) {
  return vectors == 1 ? 8 : 6;
}
#endif

/// Rows x (Vectors vectors) elements of C from row `first_row` and column `first_column` on; with `rest` > 0 the last
/// vector has that many lanes only.
template <class T, std::size_t Rows, std::size_t Vectors, bool Partial>
HWY_NOINLINE void combination_block(const LinearCombinations<T>& what, std::size_t first_row, std::size_t first_column,
                                    std::size_t rest) {
  using D = hn::ScalableTag<T>;
  using V = hn::Vec<D>;
  const D d;
  constexpr std::size_t width = hn::MaxLanes(D());
  const auto load = [&](const T* from, std::size_t v) HWY_ATTR {
    if (Partial && v + 1 == Vectors) return load_partial(d, from, rest);
    return hn::LoadU(d, from);
  };
  T* const c = what.c + first_row * what.c_step + first_column;
  V sums[Rows][Vectors];
#pragma GCC unroll 12
  for (std::size_t i = 0; i < Rows; ++i)
#pragma GCC unroll 8
    for (std::size_t v = 0; v < Vectors; ++v)
      sums[i][v] = what.start != nullptr ? hn::Set(d, what.start[first_row + i]) : hn::Zero(d);

  const T* row[Rows];
#pragma GCC unroll 12
  for (std::size_t i = 0; i < Rows; ++i)
    row[i] = what.a + (what.row_offsets != nullptr ? what.row_offsets[first_row + i] : (first_row + i) * what.row_step);
  const std::ptrdiff_t a_step = what.a_step, b_step = what.b_step;
  for (const Terms& stretch : what.terms) {
    auto a = static_cast<std::ptrdiff_t>(stretch.a);
    const T* HWY_RESTRICT b = what.b + stretch.b + first_column;
    for (std::size_t t = stretch.count; t > 0; --t, a += a_step, b += b_step) {
      V right[Vectors];
#pragma GCC unroll 8
      for (std::size_t v = 0; v < Vectors; ++v) right[v] = load(b + v * width, v);
#pragma GCC unroll 12
      for (std::size_t i = 0; i < Rows; ++i) {
        const V left = hn::Set(d, row[i][a]);
#pragma GCC unroll 8
        for (std::size_t v = 0; v < Vectors; ++v) sums[i][v] = hn::MulAdd(left, right[v], sums[i][v]);
      }
    }
  }
  if (what.add) {
#pragma GCC unroll 12
    for (std::size_t i = 0; i < Rows; ++i)
#pragma GCC unroll 8
      for (std::size_t v = 0; v < Vectors; ++v)
        sums[i][v] = hn::Add(load(c + i * what.c_step + v * width, v), sums[i][v]);
  }
#pragma GCC unroll 12
  for (std::size_t i = 0; i < Rows; ++i)
#pragma GCC unroll 8
    for (std::size_t v = 0; v < Vectors; ++v) {
      T* to = c + i * what.c_step + v * width;
      if (Partial && v + 1 == Vectors) {
        store_partial(d, sums[i][v], to, rest);
      } else {
        hn::StoreU(sums[i][v], d, to);
      }
    }
}

/// combination_block for 1, 2, ... rows.
template <class T, std::size_t Vectors, bool Partial, std::size_t... Less>
constexpr auto blocks_by_rows(std::index_sequence<Less...>) {
  return std::array{&combination_block<T, Less + 1, Vectors, Partial>...};
}

/// All rows of some columns, in as few blocks as there can be, of nearly the same size.
template <class T, std::size_t Vectors, bool Partial>
HWY_INLINE void combination_columns(const LinearCombinations<T>& what, std::size_t column, std::size_t rest) {
  constexpr std::size_t most = most_rows(Vectors);
  static constexpr auto block_of = blocks_by_rows<T, Vectors, Partial>(std::make_index_sequence<most>());
  std::size_t i = 0;
  for (std::size_t blocks = (what.rows + most - 1) / most; blocks > 0; --blocks) {
    const std::size_t rows = (what.rows - i + blocks - 1) / blocks;
    block_of[rows - 1](what, i, column, rest);
    i += rows;
  }
}

template <class T>
void combine_for_target(const LinearCombinations<T>& what) {
  constexpr std::size_t width = hn::MaxLanes(hn::ScalableTag<T>());
  std::size_t left = what.padded ? (what.columns + width - 1) / width : what.columns / width;
  const std::size_t rest = what.padded ? 0 : what.columns % width;
  std::size_t column = 0;
  if (what.rows == 1)
    for (; left >= 8; left -= 8, column += 8 * width) combination_block<T, 1, 8, false>(what, 0, column, 0);
  if constexpr (most_vectors == 3) {
    // Two and two rather than three and one.
    for (; left >= 3 && left != 4; left -= 3, column += 3 * width) combination_columns<T, 3, false>(what, column, 0);
  }
  for (; left >= 2; left -= 2, column += 2 * width) combination_columns<T, 2, false>(what, column, 0);
  if (left > 0) combination_columns<T, 1, false>(what, column, 0), column += width;
  if (rest > 0) combination_columns<T, 1, true>(what, column, rest);
}

}  // namespace tacit::models::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // include guard per target
