// Loads and stores of the first `count` lanes of a vector, without touching memory beyond them. Compiled once per
// instruction set: included by kernel files between foreach_target.h and their own code.
#if defined(TACIT_MODELS_PARTIAL_VECTOR_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef TACIT_MODELS_PARTIAL_VECTOR_INL_H
#undef TACIT_MODELS_PARTIAL_VECTOR_INL_H
#else
#define TACIT_MODELS_PARTIAL_VECTOR_INL_H
#endif

#include <hwy/highway.h>

#include <cstddef>

// Masked moves of AVX2 do not fault on masked-out lanes, though Highway does not promise it.
#undef TACIT_MASKED_MOVES
#define TACIT_MASKED_MOVES (!HWY_MEM_OPS_MIGHT_FAULT || HWY_TARGET == HWY_AVX2)

HWY_BEFORE_NAMESPACE();
namespace tacit::models::kernels::HWY_NAMESPACE {

/// The first `count` lanes from memory, the rest zero.
template <class D>
HWY_INLINE hwy::HWY_NAMESPACE::Vec<D> load_partial(D d, const hwy::HWY_NAMESPACE::TFromD<D>* from, std::size_t count) {
  namespace hn = hwy::HWY_NAMESPACE;
#if TACIT_MASKED_MOVES
  return hn::MaskedLoad(hn::FirstN(d, count), d, from);
#else
  HWY_ALIGN hn::TFromD<D> lanes[hn::MaxLanes(D())] = {};
  for (std::size_t i = 0; i < count; ++i) lanes[i] = from[i];
  return hn::Load(d, lanes);
#endif
}

template <class D>
HWY_INLINE void store_partial(D d, hwy::HWY_NAMESPACE::Vec<D> vector, hwy::HWY_NAMESPACE::TFromD<D>* to,
                              std::size_t count) {
  namespace hn = hwy::HWY_NAMESPACE;
#if TACIT_MASKED_MOVES
  hn::BlendedStore(vector, hn::FirstN(d, count), d, to);
#else
  HWY_ALIGN hn::TFromD<D> lanes[hn::MaxLanes(D())];
  hn::Store(vector, d, lanes);
  for (std::size_t i = 0; i < count; ++i) to[i] = lanes[i];
#endif
}

}  // namespace tacit::models::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // include guard per target
