// C = A B^T: every element a dot product of two rows, vectorised along the depth.
#if defined(TACIT_MODELS_DOT_PRODUCTS_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef TACIT_MODELS_DOT_PRODUCTS_INL_H
#undef TACIT_MODELS_DOT_PRODUCTS_INL_H
#else
#define TACIT_MODELS_DOT_PRODUCTS_INL_H
#endif

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

/// Rows x Columns elements of C: dot products of rows of A (stride k) and rows of B (stride k).
template <class T, std::size_t Rows, std::size_t Columns>
HWY_INLINE void dot_block(std::size_t k, const T* HWY_RESTRICT a, const T* HWY_RESTRICT b, T* HWY_RESTRICT c,
                          std::size_t c_stride, bool add) {
  using Lanes = DotLanes<T>;
  using V = hn::Vec<typename Lanes::Tag>;
  constexpr std::size_t parts = Lanes::parts, width = Lanes::width;
  const typename Lanes::Tag d;
  V sums[Rows][Columns][parts];
#pragma GCC unroll 4
  for (std::size_t i = 0; i < Rows; ++i)
#pragma GCC unroll 4
    for (std::size_t j = 0; j < Columns; ++j)
#pragma GCC unroll 4
      for (std::size_t part = 0; part < parts; ++part) sums[i][j][part] = hn::Zero(d);

  const auto step = [&](std::size_t p, auto&& load) HWY_ATTR {
#pragma GCC unroll 4
    for (std::size_t part = 0; part < parts; ++part) {
      V left[Rows], right[Columns];
#pragma GCC unroll 4
      for (std::size_t i = 0; i < Rows; ++i) left[i] = load(a + i * k + p, part);
#pragma GCC unroll 4
      for (std::size_t j = 0; j < Columns; ++j) right[j] = load(b + j * k + p, part);
#pragma GCC unroll 4
      for (std::size_t i = 0; i < Rows; ++i)
#pragma GCC unroll 4
        for (std::size_t j = 0; j < Columns; ++j) sums[i][j][part] = hn::MulAdd(left[i], right[j], sums[i][j][part]);
    }
  };
  std::size_t p = 0;
  for (; p + Lanes::total <= k; p += Lanes::total)
    step(p, [&](const T* from, std::size_t part) HWY_ATTR { return hn::LoadU(d, from + part * width); });
  if (p < k) {
    const std::size_t rest = k - p;
    step(p, [&](const T* from, std::size_t part) HWY_ATTR {
      const std::size_t begin = part * width;
      if (rest <= begin) return hn::Zero(d);
      return rest >= begin + width ? hn::LoadU(d, from + begin) : load_partial(d, from + begin, rest - begin);
    });
  }
#pragma GCC unroll 4
  for (std::size_t i = 0; i < Rows; ++i)
#pragma GCC unroll 4
    for (std::size_t j = 0; j < Columns; ++j) {
      V* lanes = sums[i][j];
#pragma GCC unroll 4
      for (std::size_t half = parts / 2; half > 0; half /= 2)
#pragma GCC unroll 4
        for (std::size_t part = 0; part < half; ++part) lanes[part] = hn::Add(lanes[part], lanes[part + half]);
      const T sum = halving_sum<T>(d, lanes[0]);
      T& element = c[i * c_stride + j];
      element = add ? element + sum : sum;
    }
}

template <class T, std::size_t Rows>
HWY_INLINE void dot_rows(std::size_t n, std::size_t k, const T* a, const T* b, T* c, bool add) {
  constexpr std::size_t block = DotLanes<T>::block;
  std::size_t j = 0;
  for (; j + block <= n; j += block) dot_block<T, Rows, block>(k, a, b + j * k, c + j, n, add);
  for (; j < n; ++j) dot_block<T, Rows, 1>(k, a, b + j * k, c + j, n, add);
}

template <class T>
void dot_products(std::size_t m, std::size_t n, std::size_t k, const T* a, const T* b, T* c, bool add) {
  constexpr std::size_t block = DotLanes<T>::block;
  std::size_t i = 0;
  for (; i + block <= m; i += block) dot_rows<T, block>(n, k, a + i * k, b, c + i * n, add);
  for (; i < m; ++i) dot_rows<T, 1>(n, k, a + i * k, b, c + i * n, add);
}

}  // namespace tacit::models::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // include guard per target
