#include "models/kernels/linear_combinations.h"

#include "models/kernels/simd_targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "models/kernels/linear_combinations.cpp"
#include <hwy/foreach_target.h>
// The kernels follow Highway's own order of inclusion, once per instruction set.
#include "models/kernels/linear_combinations-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tacit::models::kernels::HWY_NAMESPACE {

void combine_float(const LinearCombinations<float>& what) {
  combine_for_target<float>(what);
}
void combine_double(const LinearCombinations<double>& what) {
  combine_for_target<double>(what);
}

}  // namespace tacit::models::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tacit::models::kernels {

namespace {
HWY_EXPORT(combine_float);
HWY_EXPORT(combine_double);
}  // namespace

template <>
void combine<float>(const LinearCombinations<float>& what) {
  HWY_DYNAMIC_DISPATCH(combine_float)(what);
}
template <>
void combine<double>(const LinearCombinations<double>& what) {
  HWY_DYNAMIC_DISPATCH(combine_double)(what);
}

}  // namespace tacit::models::kernels
#endif  // HWY_ONCE
