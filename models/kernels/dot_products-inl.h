// C = A B^T: every element a dot product of two rows, vectorised along the depth.
#if defined(TACIT_MODELS_DOT_PRODUCTS_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef TACIT_MODELS_DOT_PRODUCTS_INL_H
#undef TACIT_MODELS_DOT_PRODUCTS_INL_H
#else
#define TACIT_MODELS_DOT_PRODUCTS_INL_H
#endif

#include <algorithm>

#include "models/kernels/partial_vector-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tacit::models::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Partial sums of one dot product: 64 bytes whatever the vector width, so that the order of additions is the same.
template <class T>
struct DotLanes {
  static constexpr std::size_t total = 64 / sizeof(T);
  using Tag = hn::CappedTag<T, total>;
  static constexpr std::size_t width = hn::MaxLanes(Tag());
  static constexpr std::size_t parts = total / width;
  /// Rows of A and of B in one block: as many accumulators as the registers hold.
  static constexpr std::size_t block = parts == 1 ? 4 : parts == 2 ? 2 : 1;
  /// Rows of B beside a single row of A.
  static constexpr std::size_t single_block = parts == 1 ? 8 : parts == 2 ? 4 : 1;
  /// Elements of a row that are summed before the next ones: two rows of a block each, and 16 others, stay in the first
  /// cache.
  static constexpr std::size_t depth = 4096 / sizeof(T);
  static constexpr std::size_t cached_rows = 8;
};

/// Sum of all lanes: the upper half is added to the lower until one lane is left.
template <class T, class D, class V>
HWY_INLINE T halving_sum(D d, V vector) {
#if HWY_TARGET != HWY_SCALAR
  if constexpr (hn::MaxLanes(D()) * sizeof(T) > 16) {
    const hn::Half<D> half;
    return halving_sum<T>(half, hn::Add(hn::LowerHalf(half, vector), hn::UpperHalf(half, vector)));
  } else if constexpr (sizeof(T) == 4) {
    vector = hn::Add(vector, hn::Shuffle1032(vector));
    vector = hn::Add(vector, hn::Shuffle2301(vector));
  } else {
    vector = hn::Add(vector, hn::Shuffle01(vector));
  }
#endif
  (void)d;
  return hn::GetLane(vector);
}

#if HWY_TARGET != HWY_SCALAR
/// Four halving sums of floats at once, by the same additions.
template <class D, class V>
HWY_INLINE auto halving_sums(D d, V a, V b, V c, V e) {
  if constexpr (hn::MaxLanes(D()) > 4) {
    const hn::Half<D> half;
    const auto fold = [&](V v) HWY_ATTR { return hn::Add(hn::LowerHalf(half, v), hn::UpperHalf(half, v)); };
    return halving_sums(half, fold(a), fold(b), fold(c), fold(e));
  } else {
    const hn::Repartition<double, D> pairs;
    const auto fold = [&](V v, V w) HWY_ATTR {
      const auto x = hn::BitCast(pairs, v), y = hn::BitCast(pairs, w);
      return hn::Add(hn::BitCast(d, hn::InterleaveLower(pairs, x, y)),
                     hn::BitCast(d, hn::InterleaveUpper(pairs, x, y)));
    };
    const V ab = fold(a, b), ce = fold(c, e);
    return hn::Add(hn::ConcatEven(d, ce, ab), hn::ConcatOdd(d, ce, ab));
  }
}
#endif

/// One group of lanes of a row, from lane `part * width` on; with `Partial` only the first `rest` lanes of the group.
template <class T, bool Partial>
HWY_INLINE auto load_part(const T* from, std::size_t part, std::size_t rest) {
  using Lanes = DotLanes<T>;
  const typename Lanes::Tag d;
  const std::size_t begin = part * Lanes::width;
  if constexpr (!Partial) {
    return hn::LoadU(d, from + begin);
  } else {
    if (rest <= begin) return hn::Zero(d);
    return rest >= begin + Lanes::width ? hn::LoadU(d, from + begin) : load_partial(d, from + begin, rest - begin);
  }
}

/// Adds the products of one group of lanes of each pair of rows.
template <class T, std::size_t Rows, std::size_t Columns, bool Partial>
HWY_INLINE void dot_step(std::size_t rest, std::size_t k, const T* HWY_RESTRICT a, const T* HWY_RESTRICT b,
                         hn::Vec<typename DotLanes<T>::Tag> (&sums)[Rows][Columns][DotLanes<T>::parts]) {
#pragma GCC unroll 8
  for (std::size_t part = 0; part < DotLanes<T>::parts; ++part) {
    hn::Vec<typename DotLanes<T>::Tag> left[Rows], right[Columns];
#pragma GCC unroll 8
    for (std::size_t i = 0; i < Rows; ++i) left[i] = load_part<T, Partial>(a + i * k, part, rest);
#pragma GCC unroll 8
    for (std::size_t j = 0; j < Columns; ++j) right[j] = load_part<T, Partial>(b + j * k, part, rest);
#pragma GCC unroll 8
    for (std::size_t i = 0; i < Rows; ++i)
#pragma GCC unroll 8
      for (std::size_t j = 0; j < Columns; ++j) sums[i][j][part] = hn::MulAdd(left[i], right[j], sums[i][j][part]);
  }
}

/// Rows x Columns elements of C: dot products of rows of A and rows of B over `count` elements.
template <class T, std::size_t Rows, std::size_t Columns>
HWY_NOINLINE void dot_block(std::size_t count, std::size_t k, const T* HWY_RESTRICT a, const T* HWY_RESTRICT b,
                            T* HWY_RESTRICT c, std::size_t c_stride, bool add) {
  using Lanes = DotLanes<T>;
  using V = hn::Vec<typename Lanes::Tag>;
  constexpr std::size_t parts = Lanes::parts;
  const typename Lanes::Tag d;
  V sums[Rows][Columns][parts];
#pragma GCC unroll 8
  for (std::size_t i = 0; i < Rows; ++i)
#pragma GCC unroll 8
    for (std::size_t j = 0; j < Columns; ++j)
#pragma GCC unroll 8
      for (std::size_t part = 0; part < parts; ++part) sums[i][j][part] = hn::Zero(d);

  std::size_t p = 0;
  for (; p + Lanes::total <= count; p += Lanes::total) dot_step<T, Rows, Columns, false>(0, k, a + p, b + p, sums);
  if (p < count) dot_step<T, Rows, Columns, true>(count - p, k, a + p, b + p, sums);
#pragma GCC unroll 8
  for (std::size_t i = 0; i < Rows; ++i)
#pragma GCC unroll 8
    for (std::size_t j = 0; j < Columns; ++j)
#pragma GCC unroll 8
      for (std::size_t half = parts / 2; half > 0; half /= 2)
#pragma GCC unroll 8
        for (std::size_t part = 0; part < half; ++part)
          sums[i][j][part] = hn::Add(sums[i][j][part], sums[i][j][part + half]);
#if HWY_TARGET != HWY_SCALAR
  if constexpr (sizeof(T) == 4 && Columns % 4 == 0) {
    const hn::FixedTag<T, 4> four;
#pragma GCC unroll 8
    for (std::size_t i = 0; i < Rows; ++i)
#pragma GCC unroll 8
      for (std::size_t j = 0; j < Columns; j += 4) {
        const auto all = halving_sums(d, sums[i][j][0], sums[i][j + 1][0], sums[i][j + 2][0], sums[i][j + 3][0]);
        T* const to = c + i * c_stride + j;
        hn::StoreU(add ? hn::Add(hn::LoadU(four, to), all) : all, four, to);
      }
    return;
  }
#endif
#pragma GCC unroll 8
  for (std::size_t i = 0; i < Rows; ++i)
#pragma GCC unroll 8
    for (std::size_t j = 0; j < Columns; ++j) {
      const T sum = halving_sum<T>(d, sums[i][j][0]);
      T& element = c[i * c_stride + j];
      element = add ? element + sum : sum;
    }
}

template <class T, std::size_t Rows>
HWY_INLINE void dot_rows(std::size_t first_column, std::size_t last_column, std::size_t count, std::size_t k,
                         const T* a, const T* b, T* c, std::size_t c_stride, bool add) {
  constexpr std::size_t block = Rows == 1 ? DotLanes<T>::single_block : DotLanes<T>::block;
  std::size_t j = first_column;
  for (; j + block <= last_column; j += block) dot_block<T, Rows, block>(count, k, a, b + j * k, c + j, c_stride, add);
  for (; j < last_column; ++j) dot_block<T, Rows, 1>(count, k, a, b + j * k, c + j, c_stride, add);
}

template <class T>
void dot_products(std::size_t m, std::size_t n, std::size_t k, const T* a, const T* b, T* c, bool add) {
  using Lanes = DotLanes<T>;
  constexpr std::size_t block = Lanes::block;
  for (std::size_t p = 0; p < k; p += Lanes::depth) {
    const std::size_t count = std::min(Lanes::depth, k - p);
    const bool add_now = add || p > 0;
    const std::size_t in_blocks = m / block * block;
    for (std::size_t first = 0; first < in_blocks; first += Lanes::cached_rows) {
      const std::size_t last = std::min(in_blocks, first + Lanes::cached_rows);
      for (std::size_t j = 0; j < n; j += block)
        for (std::size_t i = first; i < last; i += block)
          dot_rows<T, block>(j, std::min(n, j + block), count, k, a + i * k + p, b + p, c + i * n, n, add_now);
    }
    for (std::size_t i = in_blocks; i < m; ++i)
      dot_rows<T, 1>(0, n, count, k, a + i * k + p, b + p, c + i * n, n, add_now);
  }
}

}  // namespace tacit::models::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // include guard per target
