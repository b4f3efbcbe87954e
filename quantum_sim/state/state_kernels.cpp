// Kernels of one large state, for every instruction set.
#include "quantum_sim/state/state_kernels.h"

#include "quantum_sim/instruction_sets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "quantum_sim/state/state_kernels.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.
#include "hwy/highway.h"
#include "quantum_sim/state/pass-inl.h"
#include "quantum_sim/state/strings-inl.h"
#include "quantum_sim/state/tangent_pass-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tacit::quantum_sim {
namespace HWY_NAMESPACE {

template <class T>
StateKernels<T> kernels() {
  std::uint32_t lane_bits = 0;
  while ((std::size_t{2} << lane_bits) <= hn::Lanes(RowTag<T>())) ++lane_bits;
  return {lane_bits,
          pass_forward<T>,
          pass_backward<T>,
          pass_forward_tangent<T>,
          pass_backward_tangent<T>,
          pass_forward_in_place<T>,
          pass_backward_in_place<T>,
          pass_forward_tangent_in_place<T>,
          pass_backward_tangent_in_place<T>,
          matrix_element<T>,
          write_string<T>,
          add_string<T>};
}

// Dispatch takes addresses of plain functions.
StateKernels<float> kernels_float() {
  return kernels<float>();
}
StateKernels<double> kernels_double() {
  return kernels<double>();
}

}  // namespace HWY_NAMESPACE
}  // namespace tacit::quantum_sim
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tacit::quantum_sim {

HWY_EXPORT(kernels_float);
HWY_EXPORT(kernels_double);

template <>
StateKernels<float> state_kernels<float>() {
  return HWY_DYNAMIC_DISPATCH(kernels_float)();
}
template <>
StateKernels<double> state_kernels<double>() {
  return HWY_DYNAMIC_DISPATCH(kernels_double)();
}

}  // namespace tacit::quantum_sim
#endif
