// Loops over arrays by whole vectors, with a partial one at the end.
#if defined(TACIT_MODELS_MAP_VECTORS_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef TACIT_MODELS_MAP_VECTORS_INL_H
#undef TACIT_MODELS_MAP_VECTORS_INL_H
#else
#define TACIT_MODELS_MAP_VECTORS_INL_H
#endif

#include "models/kernels/partial_vector-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tacit::models::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// output[i] = function(d, inputs[i] ...) for i < count, on vectors. An output may be an input.
template <class T, class Function, class... Inputs>
HWY_INLINE void map_vectors(std::size_t count, const Function& function, T* output, const Inputs*... inputs) {
  const hn::ScalableTag<T> d;
  constexpr std::size_t width = hn::MaxLanes(hn::ScalableTag<T>());
  std::size_t i = 0;
  for (; i + width <= count; i += width) hn::StoreU(function(d, hn::LoadU(d, inputs + i)...), d, output + i);
  if (i < count) {
    const std::size_t rest = count - i;
    store_partial(d, function(d, load_partial(d, inputs + i, rest)...), output + i, rest);
  }
}

}  // namespace tacit::models::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // include guard per target
