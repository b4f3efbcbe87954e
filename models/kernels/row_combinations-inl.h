// C = A B with A read through strides (so A may stand transposed): every row of C a combination of the rows of B,
// vectorised along the columns.
#if defined(TACIT_MODELS_ROW_COMBINATIONS_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef TACIT_MODELS_ROW_COMBINATIONS_INL_H
#undef TACIT_MODELS_ROW_COMBINATIONS_INL_H
#else
#define TACIT_MODELS_ROW_COMBINATIONS_INL_H
#endif

#include "models/kernels/partial_vector-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tacit::models::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// A[i, p] = data[i * row + p * depth].
template <class T>
struct Strided {
  const T* data;
  std::size_t row, depth;
};

/// Rows x (Vectors vectors) elements of C; with `rest` > 0 the last vector has that many lanes only.
template <class T, std::size_t Rows, std::size_t Vectors, bool Partial>
HWY_INLINE void combination_block(std::size_t n, std::size_t k, const Strided<T>& a, const T* HWY_RESTRICT b,
                                  T* HWY_RESTRICT c, bool add, std::size_t rest) {
  using D = hn::ScalableTag<T>;
  using V = hn::Vec<D>;
  const D d;
  constexpr std::size_t width = hn::MaxLanes(D());
  const auto load = [&](const T* from, std::size_t v) HWY_ATTR {
    if (Partial && v + 1 == Vectors) return load_partial(d, from + v * width, rest);
    return hn::LoadU(d, from + v * width);
  };
  V sums[Rows][Vectors];
#pragma GCC unroll 4
  for (std::size_t i = 0; i < Rows; ++i)
#pragma GCC unroll 4
    for (std::size_t v = 0; v < Vectors; ++v) sums[i][v] = add ? load(c + i * n, v) : hn::Zero(d);

  for (std::size_t p = 0; p < k; ++p) {
    V right[Vectors];
#pragma GCC unroll 4
    for (std::size_t v = 0; v < Vectors; ++v) right[v] = load(b + p * n, v);
#pragma GCC unroll 4
    for (std::size_t i = 0; i < Rows; ++i) {
      const V left = hn::Set(d, a.data[i * a.row + p * a.depth]);
#pragma GCC unroll 4
      for (std::size_t v = 0; v < Vectors; ++v) sums[i][v] = hn::MulAdd(left, right[v], sums[i][v]);
    }
  }
#pragma GCC unroll 4
  for (std::size_t i = 0; i < Rows; ++i)
#pragma GCC unroll 4
    for (std::size_t v = 0; v < Vectors; ++v) {
      T* to = c + i * n + v * width;
      if (Partial && v + 1 == Vectors) {
        store_partial(d, sums[i][v], to, rest);
      } else {
        hn::StoreU(sums[i][v], d, to);
      }
    }
}

template <class T, std::size_t Vectors, bool Partial>
HWY_INLINE void combination_columns(std::size_t m, std::size_t n, std::size_t k, const Strided<T>& a, const T* b, T* c,
                                    bool add, std::size_t rest) {
  constexpr std::size_t block = 4;
  std::size_t i = 0;
  for (; i + block <= m; i += block)
    combination_block<T, block, Vectors, Partial>(n, k, {a.data + i * a.row, a.row, a.depth}, b, c + i * n, add, rest);
  for (; i < m; ++i)
    combination_block<T, 1, Vectors, Partial>(n, k, {a.data + i * a.row, a.row, a.depth}, b, c + i * n, add, rest);
}

template <class T>
void row_combinations(std::size_t m, std::size_t n, std::size_t k, const Strided<T>& a, const T* b, T* c, bool add) {
  constexpr std::size_t width = hn::MaxLanes(hn::ScalableTag<T>());
  std::size_t j = 0;
  for (; j + 2 * width <= n; j += 2 * width) combination_columns<T, 2, false>(m, n, k, a, b + j, c + j, add, 0);
  const std::size_t rest = n - j;
  if (rest > width) {
    combination_columns<T, 2, true>(m, n, k, a, b + j, c + j, add, rest - width);
  } else if (rest > 0) {
    combination_columns<T, 1, true>(m, n, k, a, b + j, c + j, add, rest);
  }
}

}  // namespace tacit::models::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // include guard per target
