#include "models/kernels/activations.h"

#include "models/kernels/simd_targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "models/kernels/activations.cpp"
#include <hwy/foreach_target.h>
// The kernels follow Highway's own order of inclusion, once per instruction set.
#include <hwy/contrib/math/math-inl.h>

#include "models/kernels/map_vectors-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tacit::models::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

struct HyperbolicTangent {
  template <class D, class V>
  HWY_INLINE V operator()(D d, V x) const {
    // The range reduction inside loses NaN, which must stay visible: a diverged model may not look healthy.
    return hn::IfThenElse(hn::IsNaN(x), x, hn::Tanh(d, x));
  }
};

struct Logistic {
  template <class D, class V>
  HWY_INLINE V operator()(D d, V x) const {
    const V half = hn::Set(d, hn::TFromD<D>(0.5));
    return hn::MulAdd(half, HyperbolicTangent()(d, hn::Mul(half, x)), half);
  }
};

/// f' as a function of y = f(x), and its derivative by y.
struct TanhSlope {
  template <class D, class V>
  HWY_INLINE V operator()(D d, V y) const {
    const V one = hn::Set(d, hn::TFromD<D>(1));
    return hn::Mul(hn::Sub(one, y), hn::Add(one, y));
  }
  template <class D, class V>
  HWY_INLINE V dot(D d, V y) const {
    return hn::Mul(hn::Set(d, hn::TFromD<D>(-2)), y);
  }
};

struct LogisticSlope {
  template <class D, class V>
  HWY_INLINE V operator()(D d, V y) const {
    return hn::Mul(y, hn::Sub(hn::Set(d, hn::TFromD<D>(1)), y));
  }
  template <class D, class V>
  HWY_INLINE V dot(D d, V y) const {
    return hn::Sub(hn::Set(d, hn::TFromD<D>(1)), hn::Mul(hn::Set(d, hn::TFromD<D>(2)), y));
  }
};

template <class Slope>
struct TimesSlope {
  template <class D, class V>
  HWY_INLINE V operator()(D d, V y, V direction) const {
    return hn::Mul(Slope()(d, y), direction);
  }
};

template <class Slope>
struct TimesSlopeTangent {
  template <class D, class V>
  HWY_INLINE V operator()(D d, V y, V y_dot, V direction, V direction_dot) const {
    const V of_slope = hn::Mul(hn::Mul(Slope().dot(d, y), y_dot), direction);
    return hn::Add(hn::Mul(Slope()(d, y), direction_dot), of_slope);
  }
};

#define TACIT_DEFINE(name, function, slope, T)                                                     \
  void name##_##T(std::size_t count, const T* input, T* output) {                                  \
    map_vectors<T>(count, function(), output, input);                                              \
  }                                                                                                \
  void name##_slope_##T(std::size_t count, const T* y, const T* direction, T* output) {            \
    map_vectors<T>(count, TimesSlope<slope>(), output, y, direction);                              \
  }                                                                                                \
  void name##_slope_tangent_##T(std::size_t count, const T* y, const T* y_dot, const T* direction, \
                                const T* direction_dot, T* output) {                               \
    map_vectors<T>(count, TimesSlopeTangent<slope>(), output, y, y_dot, direction, direction_dot); \
  }
TACIT_DEFINE(hyperbolic_tangent, HyperbolicTangent, TanhSlope, float)
TACIT_DEFINE(hyperbolic_tangent, HyperbolicTangent, TanhSlope, double)
TACIT_DEFINE(logistic, Logistic, LogisticSlope, float)
TACIT_DEFINE(logistic, Logistic, LogisticSlope, double)
#undef TACIT_DEFINE

}  // namespace tacit::models::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tacit::models::kernels {

#define TACIT_DISPATCH(name, T)                                                                              \
  namespace {                                                                                                \
  HWY_EXPORT(name##_##T);                                                                                    \
  HWY_EXPORT(name##_slope_##T);                                                                              \
  HWY_EXPORT(name##_slope_tangent_##T);                                                                      \
  }                                                                                                          \
  template <>                                                                                                \
  void name<T>(std::span<const T> input, std::span<T> output) {                                              \
    HWY_DYNAMIC_DISPATCH(name##_##T)(input.size(), input.data(), output.data());                             \
  }                                                                                                          \
  template <>                                                                                                \
  void name##_slope<T>(std::span<const T> y, std::span<const T> direction, std::span<T> output) {            \
    HWY_DYNAMIC_DISPATCH(name##_slope_##T)(output.size(), y.data(), direction.data(), output.data());        \
  }                                                                                                          \
  template <>                                                                                                \
  void name##_slope_tangent<T>(std::span<const T> y, std::span<const T> y_dot, std::span<const T> direction, \
                               std::span<const T> direction_dot, std::span<T> output) {                      \
    HWY_DYNAMIC_DISPATCH(name##_slope_tangent_##T)                                                           \
    (output.size(), y.data(), y_dot.data(), direction.data(), direction_dot.data(), output.data());          \
  }
TACIT_DISPATCH(hyperbolic_tangent, float)
TACIT_DISPATCH(hyperbolic_tangent, double)
TACIT_DISPATCH(logistic, float)
TACIT_DISPATCH(logistic, double)
#undef TACIT_DISPATCH

}  // namespace tacit::models::kernels
#endif  // HWY_ONCE
