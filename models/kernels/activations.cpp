#include "models/kernels/activations.h"

#include "models/kernels/simd_targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "models/kernels/activations.cpp"
#include <hwy/foreach_target.h>
// The kernels follow Highway's own order of inclusion, once per instruction set.
#include <hwy/contrib/math/math-inl.h>

#include "models/kernels/partial_vector-inl.h"

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

template <class T, class Function>
HWY_INLINE void map(const T* input, T* output, std::size_t count) {
  const hn::ScalableTag<T> d;
  constexpr std::size_t width = hn::MaxLanes(hn::ScalableTag<T>());
  std::size_t i = 0;
  for (; i + width <= count; i += width) hn::StoreU(Function()(d, hn::LoadU(d, input + i)), d, output + i);
  if (i < count) store_partial(d, Function()(d, load_partial(d, input + i, count - i)), output + i, count - i);
}

void tanh_float(const float* input, float* output, std::size_t count) {
  map<float, HyperbolicTangent>(input, output, count);
}
void tanh_double(const double* input, double* output, std::size_t count) {
  map<double, HyperbolicTangent>(input, output, count);
}
void logistic_float(const float* input, float* output, std::size_t count) {
  map<float, Logistic>(input, output, count);
}
void logistic_double(const double* input, double* output, std::size_t count) {
  map<double, Logistic>(input, output, count);
}

}  // namespace tacit::models::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tacit::models::kernels {

namespace {
HWY_EXPORT(tanh_float);
HWY_EXPORT(tanh_double);
HWY_EXPORT(logistic_float);
HWY_EXPORT(logistic_double);
}  // namespace

template <>
void hyperbolic_tangent<float>(std::span<const float> input, std::span<float> output) {
  HWY_DYNAMIC_DISPATCH(tanh_float)(input.data(), output.data(), input.size());
}
template <>
void hyperbolic_tangent<double>(std::span<const double> input, std::span<double> output) {
  HWY_DYNAMIC_DISPATCH(tanh_double)(input.data(), output.data(), input.size());
}
template <>
void logistic<float>(std::span<const float> input, std::span<float> output) {
  HWY_DYNAMIC_DISPATCH(logistic_float)(input.data(), output.data(), input.size());
}
template <>
void logistic<double>(std::span<const double> input, std::span<double> output) {
  HWY_DYNAMIC_DISPATCH(logistic_double)(input.data(), output.data(), input.size());
}

}  // namespace tacit::models::kernels
#endif  // HWY_ONCE
