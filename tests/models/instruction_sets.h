#pragma once

#include <hwy/targets.h>

#include <utility>

namespace tacit::models {

/// Runs `action(target)` with the kernels of each compiled instruction set that this machine has; afterwards the usual
/// choice holds again.
template <class Action>
void for_each_target(Action&& action) {
  for (const auto target : hwy::SupportedAndGeneratedTargets()) {
    hwy::GetChosenTarget().Update(target);
    action(target);
  }
  hwy::GetChosenTarget().Update(hwy::SupportedTargets());
}

/// Whether a target's multiply-add rounds once.
inline bool has_fused_multiply_add(decltype(HWY_AVX2) target) {
  return (target & (HWY_AVX2 | HWY_AVX3 | HWY_AVX3_DL | HWY_NEON)) != 0;
}

}  // namespace tacit::models
