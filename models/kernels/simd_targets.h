// Included before any Highway header by every file of run-time dispatched kernels: which instruction sets not to
// compile for. Scalable vectors are left out because the kernels rest on lane counts known at compile time.
#pragma once

#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)
