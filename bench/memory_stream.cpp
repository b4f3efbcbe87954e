#include "bench/memory_stream.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "bench/memory_stream.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace tacit::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

void stream(const float* x, std::size_t count, std::uint64_t* first, std::uint64_t* second) {
  const hn::ScalableTag<double> d;
  const hn::RebindToUnsigned<decltype(d)> w;
  const hn::Rebind<float, decltype(d)> f;
  const std::size_t lanes = hn::Lanes(w);
  for (std::size_t i = 0; i + lanes <= count; i += lanes) {
    const auto value = hn::BitCast(w, hn::PromoteTo(d, hn::LoadU(f, x + i)));
    const auto new_first = hn::Add(hn::LoadU(w, first + i), value);
    const auto new_second = hn::Xor(hn::LoadU(w, second + i), value);
    hn::StoreU(new_first, w, first + i);
    hn::StoreU(new_second, w, second + i);
  }
}

}  // namespace tacit::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tacit {

HWY_EXPORT(stream);

void memory_stream(const float* x, std::size_t count, std::uint64_t* first, std::uint64_t* second) {
  HWY_DYNAMIC_DISPATCH(stream)(x, count, first, second);
}

}  // namespace tacit
#endif
