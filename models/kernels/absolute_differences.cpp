#include "models/kernels/absolute_differences.h"

#include "models/kernels/simd_targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "models/kernels/absolute_differences.cpp"
#include <hwy/foreach_target.h>
// The kernels follow Highway's own order of inclusion, once per instruction set.
#include "models/kernels/map_vectors-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tacit::models::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

struct AddSign {
  double weight;
  template <class D, class V>
  HWY_INLINE V operator()(D d, V a, V b, V to) const {
    const V up = hn::Set(d, weight), down = hn::Set(d, -weight);
    const V change = hn::IfThenElse(hn::Gt(a, b), up, hn::IfThenElseZero(hn::Lt(a, b), down));
    return hn::Add(to, change);
  }
};

void add_signs_of(double weight, std::size_t count, const double* a, const double* b, double* to) {
  map_vectors<double>(count, AddSign{weight}, to, a, b, static_cast<const double*>(to));
}

double distance_of(std::size_t count, const double* a, const double* b) {
  const hn::CappedTag<double, 8> d;
  constexpr std::size_t width = hn::MaxLanes(hn::CappedTag<double, 8>());
  HWY_ALIGN double sums[8] = {};
  std::size_t i = 0;
  for (; i + 8 <= count; i += 8)
    for (std::size_t part = 0; part < 8; part += width) {
      const auto difference = hn::Sub(hn::LoadU(d, a + i + part), hn::LoadU(d, b + i + part));
      hn::Store(hn::Add(hn::Load(d, sums + part), hn::Abs(difference)), d, sums + part);
    }
  for (std::size_t lane = 0; i < count; ++i, ++lane) sums[lane] += a[i] > b[i] ? a[i] - b[i] : b[i] - a[i];
  for (std::size_t left = 4; left > 0; left /= 2)
    for (std::size_t lane = 0; lane < left; ++lane) sums[lane] += sums[lane + left];
  return sums[0];
}

}  // namespace tacit::models::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tacit::models::kernels {
namespace {

HWY_EXPORT(add_signs_of);
HWY_EXPORT(distance_of);

}  // namespace

void add_signs(double weight, std::span<const double> a, std::span<const double> b, std::span<double> to) {
  HWY_DYNAMIC_DISPATCH(add_signs_of)(weight, to.size(), a.data(), b.data(), to.data());
}

double absolute_distance(std::span<const double> a, std::span<const double> b) {
  return HWY_DYNAMIC_DISPATCH(distance_of)(a.size(), a.data(), b.data());
}

}  // namespace tacit::models::kernels
#endif  // HWY_ONCE
