#include "models/kernels/elementwise.h"

#include "models/kernels/simd_targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "models/kernels/elementwise.cpp"
#include <hwy/foreach_target.h>
// The kernels follow Highway's own order of inclusion, once per instruction set.
#include "models/kernels/map_vectors-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tacit::models::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

struct Sum {
  template <class D, class V>
  HWY_INLINE V operator()(D, V value, V sum) const {
    return hn::Add(sum, value);
  }
};

struct Gate {
  template <class D, class V>
  HWY_INLINE V operator()(D d, V x, V value) const {
    return hn::IfThenZeroElse(hn::Le(x, hn::Zero(d)), value);
  }
};

template <class T>
struct Descent {
  T weight_decay, rate;
  template <class D, class V>
  HWY_INLINE V operator()(D d, V gradient, V theta) const {
    const V whole = hn::Add(gradient, hn::Mul(hn::Set(d, weight_decay), theta));
    return hn::Sub(theta, hn::Mul(hn::Set(d, rate), whole));
  }
};

#define TACIT_DEFINE(T)                                                                                   \
  void add_to_##T(std::size_t count, const T* values, T* sums) {                                          \
    map_vectors<T>(count, Sum(), sums, values, static_cast<const T*>(sums));                              \
  }                                                                                                       \
  void gate_##T(std::size_t count, const T* x, const T* input, T* output) {                               \
    map_vectors<T>(count, Gate(), output, x, input);                                                      \
  }                                                                                                       \
  void descend_##T(std::size_t count, const T* gradient, T weight_decay, T rate, T* theta) {              \
    map_vectors<T>(count, Descent<T>{weight_decay, rate}, theta, gradient, static_cast<const T*>(theta)); \
  }
TACIT_DEFINE(float)
TACIT_DEFINE(double)
#undef TACIT_DEFINE

}  // namespace tacit::models::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tacit::models::kernels {

#define TACIT_DISPATCH(T)                                                                               \
  namespace {                                                                                           \
  HWY_EXPORT(add_to_##T);                                                                               \
  HWY_EXPORT(gate_##T);                                                                                 \
  HWY_EXPORT(descend_##T);                                                                              \
  }                                                                                                     \
  template <>                                                                                           \
  void add_to<T>(std::span<const T> values, std::span<T> sums) {                                        \
    HWY_DYNAMIC_DISPATCH(add_to_##T)(sums.size(), values.data(), sums.data());                          \
  }                                                                                                     \
  template <>                                                                                           \
  void gate<T>(std::span<const T> x, std::span<const T> input, std::span<T> output) {                   \
    HWY_DYNAMIC_DISPATCH(gate_##T)(output.size(), x.data(), input.data(), output.data());               \
  }                                                                                                     \
  template <>                                                                                           \
  void descend<T>(std::span<const T> gradient, T weight_decay, T rate, std::span<T> theta) {            \
    HWY_DYNAMIC_DISPATCH(descend_##T)(theta.size(), gradient.data(), weight_decay, rate, theta.data()); \
  }
TACIT_DISPATCH(float)
TACIT_DISPATCH(double)
#undef TACIT_DISPATCH

}  // namespace tacit::models::kernels
#endif  // HWY_ONCE
