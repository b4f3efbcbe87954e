#include "models/kernels/optimizer_steps.h"

#include "models/kernels/simd_targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "models/kernels/optimizer_steps.cpp"
#include <hwy/foreach_target.h>
// The kernels follow Highway's own order of inclusion, once per instruction set.
#include "models/kernels/partial_vector-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tacit::models::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Calls step(d, gradient, state...) on vectors of all arrays; it may change those of the state.
template <class T, class Step, class... State>
HWY_INLINE void update_vectors(std::size_t count, const Step& step, const T* gradient, State*... state) {
  const hn::ScalableTag<T> d;
  constexpr std::size_t width = hn::MaxLanes(hn::ScalableTag<T>());
  const auto whole = [&](std::size_t i, auto... vectors) HWY_ATTR {
    step(d, hn::LoadU(d, gradient + i), vectors...);
    (hn::StoreU(vectors, d, state + i), ...);
  };
  const auto part = [&](std::size_t i, auto... vectors) HWY_ATTR {
    step(d, load_partial(d, gradient + i, count - i), vectors...);
    (store_partial(d, vectors, state + i, count - i), ...);
  };
  std::size_t i = 0;
  for (; i + width <= count; i += width) whole(i, hn::LoadU(d, state + i)...);
  if (i < count) part(i, load_partial(d, state + i, count - i)...);
}

template <class T>
struct Momentum {
  const MomentumStep<T>& by;
  template <class D, class V>
  HWY_INLINE void operator()(D d, V gradient, V& velocity, V& theta) const {
    const V momentum = hn::Set(d, by.momentum);
    const V g = hn::Add(gradient, hn::Mul(hn::Set(d, by.weight_decay), theta));
    velocity = hn::Add(hn::Mul(momentum, velocity), g);
    const V direction = by.nesterov ? hn::Add(g, hn::Mul(momentum, velocity)) : velocity;
    theta = hn::Sub(theta, hn::Mul(hn::Set(d, by.rate), direction));
  }
};

template <class T>
struct Adam {
  const AdamStep<T>& by;
  template <class D, class V>
  HWY_INLINE void operator()(D d, V gradient, V& first, V& second, V& theta) const {
    const V g = hn::Add(gradient, hn::Mul(hn::Set(d, by.penalty), theta));
    first = hn::Add(hn::Mul(hn::Set(d, by.keep_1), first), hn::Mul(hn::Set(d, by.take_1), g));
    second = hn::Add(hn::Mul(hn::Set(d, by.keep_2), second), hn::Mul(hn::Mul(hn::Set(d, by.take_2), g), g));
    const V root = hn::Add(hn::Mul(hn::Sqrt(second), hn::Set(d, by.correction)), hn::Set(d, by.epsilon));
    theta = hn::Sub(hn::Mul(hn::Set(d, by.shrink), theta), hn::Div(hn::Mul(hn::Set(d, by.rate), first), root));
  }
};

#define TACIT_DEFINE(T)                                                                                         \
  void momentum_##T(const MomentumStep<T>& step, std::size_t count, const T* gradient, T* velocity, T* theta) { \
    update_vectors<T>(count, Momentum<T>{step}, gradient, velocity, theta);                                     \
  }                                                                                                             \
  void adam_##T(const AdamStep<T>& step, std::size_t count, const T* gradient, T* first, T* second, T* theta) { \
    update_vectors<T>(count, Adam<T>{step}, gradient, first, second, theta);                                    \
  }
TACIT_DEFINE(float)
TACIT_DEFINE(double)
#undef TACIT_DEFINE

}  // namespace tacit::models::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tacit::models::kernels {

#define TACIT_DISPATCH(T)                                                                                           \
  namespace {                                                                                                       \
  HWY_EXPORT(momentum_##T);                                                                                         \
  HWY_EXPORT(adam_##T);                                                                                             \
  }                                                                                                                 \
  template <>                                                                                                       \
  void momentum_step<T>(const MomentumStep<T>& step, std::span<const T> gradient, std::span<T> velocity,            \
                        std::span<T> theta) {                                                                       \
    HWY_DYNAMIC_DISPATCH(momentum_##T)(step, theta.size(), gradient.data(), velocity.data(), theta.data());         \
  }                                                                                                                 \
  template <>                                                                                                       \
  void adam_step<T>(const AdamStep<T>& step, std::span<const T> gradient, std::span<T> first, std::span<T> second,  \
                    std::span<T> theta) {                                                                           \
    HWY_DYNAMIC_DISPATCH(adam_##T)(step, theta.size(), gradient.data(), first.data(), second.data(), theta.data()); \
  }
TACIT_DISPATCH(float)
TACIT_DISPATCH(double)
#undef TACIT_DISPATCH

}  // namespace tacit::models::kernels
#endif  // HWY_ONCE
