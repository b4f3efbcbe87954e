#include "models/kernels/strided_rows.h"

#include "models/kernels/simd_targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "models/kernels/strided_rows.cpp"
#include <hwy/foreach_target.h>
// The kernels follow Highway's own order of inclusion, once per instruction set.
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace tacit::models::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// The rows of small images hold few elements: vectors of 16 bytes, then single ones.
template <class T>
using Piece = hn::CappedTag<T, 16 / sizeof(T)>;

template <class T>
void copy(const Rows& rows, const T* HWY_RESTRICT from, T* HWY_RESTRICT to) {
  const Piece<T> d;
  const std::size_t lanes = hn::Lanes(d);
  for (std::size_t row = 0; row < rows.count; ++row, from += rows.from_step, to += rows.to_step) {
    std::size_t i = 0;
    for (; i + lanes <= rows.width; i += lanes) hn::StoreU(hn::LoadU(d, from + i), d, to + i);
    for (; i < rows.width; ++i) to[i] = from[i];
  }
}

template <class T>
void pick(const Rows& rows, std::size_t stride, std::size_t within, const T* HWY_RESTRICT from, T* HWY_RESTRICT to) {
  const Piece<T> d;
  const std::size_t lanes = hn::Lanes(d);
  for (std::size_t row = 0; row < rows.count; ++row, from += rows.from_step, to += rows.to_step) {
    std::size_t i = 0;
    if (stride == 2)
      for (; i + lanes <= rows.width && 2 * (i + lanes) <= within; i += lanes) {
        hn::Vec<Piece<T>> even, odd;
        hn::LoadInterleaved2(d, from + 2 * i, even, odd);
        hn::StoreU(even, d, to + i);
      }
    for (; i < rows.width; ++i) to[i] = from[i * stride];
  }
}

template <class T>
void place(const Rows& rows, std::size_t stride, std::size_t within, const T* HWY_RESTRICT from, T* HWY_RESTRICT to) {
  const Piece<T> d;
  const std::size_t lanes = hn::Lanes(d);
  for (std::size_t row = 0; row < rows.count; ++row, from += rows.from_step, to += rows.to_step) {
    std::size_t i = 0;
    if (stride == 2)
      for (; i + lanes <= rows.width && 2 * (i + lanes) <= within; i += lanes) {
        hn::Vec<Piece<T>> even, odd;
        hn::LoadInterleaved2(d, to + 2 * i, even, odd);
        hn::StoreInterleaved2(hn::LoadU(d, from + i), odd, d, to + 2 * i);
      }
    for (; i < rows.width; ++i) to[i * stride] = from[i];
  }
}

#define TACIT_DEFINE(T)                                                                            \
  void copy_##T(const Rows& rows, const T* from, T* to) {                                          \
    copy<T>(rows, from, to);                                                                       \
  }                                                                                                \
  void pick_##T(const Rows& rows, std::size_t stride, std::size_t within, const T* from, T* to) {  \
    pick<T>(rows, stride, within, from, to);                                                       \
  }                                                                                                \
  void place_##T(const Rows& rows, std::size_t stride, std::size_t within, const T* from, T* to) { \
    place<T>(rows, stride, within, from, to);                                                      \
  }
TACIT_DEFINE(float)
TACIT_DEFINE(double)
#undef TACIT_DEFINE

}  // namespace tacit::models::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tacit::models::kernels {

#define TACIT_DISPATCH(T)                                                                              \
  namespace {                                                                                          \
  HWY_EXPORT(copy_##T);                                                                                \
  HWY_EXPORT(pick_##T);                                                                                \
  HWY_EXPORT(place_##T);                                                                               \
  }                                                                                                    \
  template <>                                                                                          \
  void copy_rows<T>(const Rows& rows, const T* from, T* to) {                                          \
    HWY_DYNAMIC_DISPATCH(copy_##T)(rows, from, to);                                                    \
  }                                                                                                    \
  template <>                                                                                          \
  void pick_rows<T>(const Rows& rows, std::size_t stride, std::size_t within, const T* from, T* to) {  \
    HWY_DYNAMIC_DISPATCH(pick_##T)(rows, stride, within, from, to);                                    \
  }                                                                                                    \
  template <>                                                                                          \
  void place_rows<T>(const Rows& rows, std::size_t stride, std::size_t within, const T* from, T* to) { \
    HWY_DYNAMIC_DISPATCH(place_##T)(rows, stride, within, from, to);                                   \
  }
TACIT_DISPATCH(float)
TACIT_DISPATCH(double)
#undef TACIT_DISPATCH

}  // namespace tacit::models::kernels
#endif  // HWY_ONCE
