#include "models/kernels/pooling_of_four.h"

#include <algorithm>

#include "models/kernels/simd_targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "models/kernels/pooling_of_four.cpp"
#include <hwy/foreach_target.h>
// The kernels follow Highway's own order of inclusion, once per instruction set.
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace tacit::models::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// The corners of squares, by lanes: above left, above right, below left, below right.
template <class V>
struct Squares {
  V a, b, c, d;
};

/// Of which corner each square's largest element is: the first one among equals, or the first NaN.
template <class M>
struct Choice {
  M b, c, d;  ///< beats those before it
};

template <class D>
HWY_INLINE Squares<hn::Vec<D>> load_squares(D d, const hn::TFromD<D>* from, std::size_t width) {
  Squares<hn::Vec<D>> s;
  hn::LoadInterleaved2(d, from, s.a, s.b);
  hn::LoadInterleaved2(d, from + width, s.c, s.d);
  return s;
}

template <class D>
HWY_INLINE void store_squares(D d, const Squares<hn::Vec<D>>& s, hn::TFromD<D>* to, std::size_t width) {
  hn::StoreInterleaved2(s.a, s.b, d, to);
  hn::StoreInterleaved2(s.c, s.d, d, to + width);
}

/// Whether `next` replaces `best`: larger, or NaN, but never instead of a NaN.
template <class V>
HWY_INLINE auto beats(V next, V best) {
  return hn::And(hn::Not(hn::Le(next, best)), hn::Eq(best, best));
}

template <class V>
HWY_INLINE auto choose(const Squares<V>& x) {
  const auto b = beats(x.b, x.a);
  const V of_two = hn::IfThenElse(b, x.b, x.a);
  const auto c = beats(x.c, of_two);
  const V of_three = hn::IfThenElse(c, x.c, of_two);
  return Choice<decltype(b)>{b, c, beats(x.d, of_three)};
}

template <class V, class M>
HWY_INLINE V chosen(const Choice<M>& choice, const Squares<V>& values) {
  return hn::IfThenElse(choice.d, values.d,
                        hn::IfThenElse(choice.c, values.c, hn::IfThenElse(choice.b, values.b, values.a)));
}

template <class V, class M>
HWY_INLINE Squares<V> routed(const Choice<M>& choice, V upstream) {
  const V not_d = hn::IfThenZeroElse(choice.d, upstream), not_c = hn::IfThenZeroElse(choice.c, not_d);
  return {hn::IfThenZeroElse(choice.b, not_c), hn::IfThenElseZero(choice.b, not_c), hn::IfThenElseZero(choice.c, not_d),
          hn::IfThenElseZero(choice.d, upstream)};
}

template <class D, class V>
HWY_INLINE V mean(D d, const Squares<V>& x) {
  return hn::Mul(hn::Set(d, hn::TFromD<D>(0.25)), hn::Add(hn::Add(hn::Add(x.a, x.b), x.c), x.d));
}

/// Calls visit(tag of some lanes, first corner, first output) for all squares: rows are short, so by vectors of 16
/// bytes and single ones.
template <class T, class Visit>
HWY_INLINE void for_each_squares(const PlanesOfSquares& squares, const Visit& visit) {
  const hn::CappedTag<T, 16 / sizeof(T)> d;
  const hn::CappedTag<T, 1> one;
  const std::size_t width = squares.width / 2, lanes = hn::Lanes(d);
  std::size_t output = 0;
  for (std::size_t plane = 0; plane < squares.planes; ++plane)
    for (std::size_t row = 0; row < squares.height / 2; ++row) {
      const std::size_t first = (plane * squares.height + 2 * row) * squares.width;
      std::size_t i = 0;
      for (; i + lanes <= width; i += lanes) visit(d, first + 2 * i, output + i);
      for (; i < width; ++i) visit(one, first + 2 * i, output + i);
      output += width;
    }
}

template <class T>
void chosen_values(const PlanesOfSquares& squares, const T* x, const T* values, T* outputs) {
  for_each_squares<T>(squares, [&](auto d, std::size_t corner, std::size_t output) HWY_ATTR {
    const auto choice = choose(load_squares(d, x + corner, squares.width));
    hn::StoreU(chosen(choice, load_squares(d, values + corner, squares.width)), d, outputs + output);
  });
}

template <class T>
void route(const PlanesOfSquares& squares, const T* x, const T* upstream, T* gradient) {
  for_each_squares<T>(squares, [&](auto d, std::size_t corner, std::size_t output) HWY_ATTR {
    const auto choice = choose(load_squares(d, x + corner, squares.width));
    store_squares(d, routed(choice, hn::LoadU(d, upstream + output)), gradient + corner, squares.width);
  });
}

template <class T>
void means(const PlanesOfSquares& squares, const T* x, T* outputs) {
  for_each_squares<T>(squares, [&](auto d, std::size_t corner, std::size_t output) HWY_ATTR {
    hn::StoreU(mean(d, load_squares(d, x + corner, squares.width)), d, outputs + output);
  });
}

template <class T>
void spread(const PlanesOfSquares& squares, const T* upstream, T* gradient) {
  for_each_squares<T>(squares, [&](auto d, std::size_t corner, std::size_t output) HWY_ATTR {
    const auto share = hn::Mul(hn::Set(d, T(0.25)), hn::LoadU(d, upstream + output));
    store_squares(d, Squares<decltype(hn::Zero(d))>{share, share, share, share}, gradient + corner, squares.width);
  });
}

#define TACIT_DEFINE(T)                                                                             \
  void chosen_values_##T(const PlanesOfSquares& squares, const T* x, const T* values, T* outputs) { \
    chosen_values<T>(squares, x, values, outputs);                                                  \
  }                                                                                                 \
  void route_##T(const PlanesOfSquares& squares, const T* x, const T* upstream, T* gradient) {      \
    route<T>(squares, x, upstream, gradient);                                                       \
  }                                                                                                 \
  void means_##T(const PlanesOfSquares& squares, const T* x, T* outputs) {                          \
    means<T>(squares, x, outputs);                                                                  \
  }                                                                                                 \
  void spread_##T(const PlanesOfSquares& squares, const T* upstream, T* gradient) {                 \
    spread<T>(squares, upstream, gradient);                                                         \
  }
TACIT_DEFINE(float)
TACIT_DEFINE(double)
#undef TACIT_DEFINE

}  // namespace tacit::models::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tacit::models::kernels {

namespace {

/// Pixels that belong to no square keep a gradient of zero.
template <class T>
void clear_if_some_are_left(const PlanesOfSquares& squares, std::span<T> gradient) {
  if (squares.height % 2 != 0 || squares.width % 2 != 0) std::fill(gradient.begin(), gradient.end(), T(0));
}

}  // namespace

#define TACIT_DISPATCH(T)                                                                                      \
  namespace {                                                                                                  \
  HWY_EXPORT(chosen_values_##T);                                                                               \
  HWY_EXPORT(route_##T);                                                                                       \
  HWY_EXPORT(means_##T);                                                                                       \
  HWY_EXPORT(spread_##T);                                                                                      \
  }                                                                                                            \
  template <>                                                                                                  \
  void chosen_of_four<T>(const PlanesOfSquares& squares, std::span<const T> x, std::span<const T> values,      \
                         std::span<T> outputs) {                                                               \
    HWY_DYNAMIC_DISPATCH(chosen_values_##T)(squares, x.data(), values.data(), outputs.data());                 \
  }                                                                                                            \
  template <>                                                                                                  \
  void route_to_largest<T>(const PlanesOfSquares& squares, std::span<const T> x, std::span<const T> upstream,  \
                           std::span<T> gradient) {                                                            \
    clear_if_some_are_left(squares, gradient);                                                                 \
    HWY_DYNAMIC_DISPATCH(route_##T)(squares, x.data(), upstream.data(), gradient.data());                      \
  }                                                                                                            \
  template <>                                                                                                  \
  void mean_of_four<T>(const PlanesOfSquares& squares, std::span<const T> x, std::span<T> outputs) {           \
    HWY_DYNAMIC_DISPATCH(means_##T)(squares, x.data(), outputs.data());                                        \
  }                                                                                                            \
  template <>                                                                                                  \
  void spread_to_four<T>(const PlanesOfSquares& squares, std::span<const T> upstream, std::span<T> gradient) { \
    clear_if_some_are_left(squares, gradient);                                                                 \
    HWY_DYNAMIC_DISPATCH(spread_##T)(squares, upstream.data(), gradient.data());                               \
  }
TACIT_DISPATCH(float)
TACIT_DISPATCH(double)
#undef TACIT_DISPATCH

}  // namespace tacit::models::kernels
#endif  // HWY_ONCE
