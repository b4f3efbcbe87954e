#include "models/kernels/inner_products.h"

#include "models/kernels/simd_targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "models/kernels/inner_products.cpp"
#include <hwy/foreach_target.h>
// The kernels follow Highway's own order of inclusion, once per instruction set.
#include "models/kernels/map_vectors-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tacit::models::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Eight doubles side by side, in as many vectors as that takes.
struct Eight {
  using D = hn::CappedTag<double, 8>;
  static constexpr std::size_t width = hn::MaxLanes(D()), parts = 8 / width;
  hn::Vec<D> part[parts];
};

HWY_INLINE Eight zeros() {
  Eight result;
  for (std::size_t p = 0; p < Eight::parts; ++p) result.part[p] = hn::Zero(Eight::D());
  return result;
}

HWY_INLINE Eight load_eight(const double* from) {
  Eight result;
  for (std::size_t p = 0; p < Eight::parts; ++p) result.part[p] = hn::LoadU(Eight::D(), from + p * Eight::width);
  return result;
}
HWY_INLINE Eight load_eight(const float* from) {
  Eight result;
  for (std::size_t p = 0; p < Eight::parts; ++p)
    result.part[p] = hn::PromoteTo(Eight::D(), hn::LoadU(hn::Rebind<float, Eight::D>(), from + p * Eight::width));
  return result;
}

HWY_INLINE void add_product(const Eight& a, const Eight& b, Eight& sum) {
  for (std::size_t p = 0; p < Eight::parts; ++p) sum.part[p] = hn::MulAdd(a.part[p], b.part[p], sum.part[p]);
}
HWY_INLINE Eight difference(const Eight& a, const Eight& b) {
  Eight result;
  for (std::size_t p = 0; p < Eight::parts; ++p) result.part[p] = hn::Sub(a.part[p], b.part[p]);
  return result;
}
HWY_INLINE Eight times(double factor, const Eight& a) {
  Eight result;
  for (std::size_t p = 0; p < Eight::parts; ++p) result.part[p] = hn::Mul(hn::Set(Eight::D(), factor), a.part[p]);
  return result;
}

/// The four groups of partial sums as one number.
HWY_INLINE double total(const Eight (&sums)[4]) {
  HWY_ALIGN double lanes[8];
  for (std::size_t p = 0; p < Eight::parts; ++p)
    hn::Store(hn::Add(hn::Add(sums[0].part[p], sums[1].part[p]), hn::Add(sums[2].part[p], sums[3].part[p])), Eight::D(),
              lanes + p * Eight::width);
  for (std::size_t left = 4; left > 0; left /= 2)
    for (std::size_t lane = 0; lane < left; ++lane) lanes[lane] += lanes[lane + left];
  return lanes[0];
}

/// take(group, eight of a, eight of b) for all elements, the last ones filled up with zeros; group 0 to 3 in turn.
template <class T, class Take>
HWY_INLINE void for_each_eight(std::size_t count, const T* a, const T* b, const Take& take) {
  std::size_t i = 0;
  for (; i + 32 <= count; i += 32) {
    take(0, load_eight(a + i), load_eight(b + i));
    take(1, load_eight(a + i + 8), load_eight(b + i + 8));
    take(2, load_eight(a + i + 16), load_eight(b + i + 16));
    take(3, load_eight(a + i + 24), load_eight(b + i + 24));
  }
  for (std::size_t group = 0; i < count; ++group, i += 8) {
    T rest_of_a[8] = {}, rest_of_b[8] = {};
    for (std::size_t lane = 0; lane < 8 && i + lane < count; ++lane) {
      rest_of_a[lane] = a[i + lane];
      rest_of_b[lane] = b[i + lane];
    }
    take(group, load_eight(rest_of_a), load_eight(rest_of_b));
  }
}

template <class T>
HWY_INLINE InnerProducts products(std::size_t count, const T* a, const T* b) {
  Eight aa[4] = {zeros(), zeros(), zeros(), zeros()}, ab[4] = {zeros(), zeros(), zeros(), zeros()},
        bb[4] = {zeros(), zeros(), zeros(), zeros()};
  for_each_eight(count, a, b, [&](std::size_t group, const Eight& x, const Eight& y) HWY_ATTR {
    add_product(x, x, aa[group]);
    add_product(x, y, ab[group]);
    add_product(y, y, bb[group]);
  });
  return {total(aa), total(ab), total(bb)};
}

template <class T>
HWY_INLINE double distance(std::size_t count, double s, const T* a, double t, const T* b) {
  Eight sums[4] = {zeros(), zeros(), zeros(), zeros()};
  for_each_eight(count, a, b, [&](std::size_t group, const Eight& x, const Eight& y) HWY_ATTR {
    const Eight d = difference(times(s, x), times(t, y));
    add_product(d, d, sums[group]);
  });
  return total(sums);
}

template <class T>
struct Difference {
  T s, t;
  template <class D, class V>
  HWY_INLINE V operator()(D d, V a, V b) const {
    return hn::Sub(hn::Mul(hn::Set(d, s), a), hn::Mul(hn::Set(d, t), b));
  }
};

#define TACIT_DEFINE(T)                                                                            \
  InnerProducts inner_products_##T(std::size_t count, const T* a, const T* b) {                    \
    return products<T>(count, a, b);                                                               \
  }                                                                                                \
  double squared_distance_##T(std::size_t count, double s, const T* a, double t, const T* b) {     \
    return distance<T>(count, s, a, t, b);                                                         \
  }                                                                                                \
  double subtract_##T(std::size_t count, T s, const T* a, T t, const T* b, T* c, bool wants_sum) { \
    constexpr std::size_t block = 1024; /* in the first cache from one pass to the other */        \
    double sum = 0;                                                                                \
    for (std::size_t i = 0; i < count; i += block) {                                               \
      const std::size_t size = count - i < block ? count - i : block;                              \
      if (wants_sum) sum += distance<T>(size, 1.0, a + i, 1.0, b + i);                             \
      map_vectors<T>(size, Difference<T>{s, t}, c + i, a + i, b + i);                              \
    }                                                                                              \
    return sum;                                                                                    \
  }
TACIT_DEFINE(float)
TACIT_DEFINE(double)
#undef TACIT_DEFINE

}  // namespace tacit::models::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tacit::models::kernels {

#define TACIT_DISPATCH(T)                                                                                    \
  namespace {                                                                                                \
  HWY_EXPORT(inner_products_##T);                                                                            \
  HWY_EXPORT(squared_distance_##T);                                                                          \
  HWY_EXPORT(subtract_##T);                                                                                  \
  }                                                                                                          \
  template <>                                                                                                \
  InnerProducts inner_products<T>(std::span<const T> a, std::span<const T> b) {                              \
    return HWY_DYNAMIC_DISPATCH(inner_products_##T)(a.size(), a.data(), b.data());                           \
  }                                                                                                          \
  template <>                                                                                                \
  double squared_distance<T>(double s, std::span<const T> a, double t, std::span<const T> b) {               \
    return HWY_DYNAMIC_DISPATCH(squared_distance_##T)(a.size(), s, a.data(), t, b.data());                   \
  }                                                                                                          \
  template <>                                                                                                \
  double subtract<T>(T s, std::span<const T> a, T t, std::span<const T> b, std::span<T> c, bool wants_sum) { \
    return HWY_DYNAMIC_DISPATCH(subtract_##T)(a.size(), s, a.data(), t, b.data(), c.data(), wants_sum);      \
  }
TACIT_DISPATCH(float)
TACIT_DISPATCH(double)
#undef TACIT_DISPATCH

}  // namespace tacit::models::kernels
#endif  // HWY_ONCE
