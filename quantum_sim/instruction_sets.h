#pragma once

// Before hwy/foreach_target.h. Left out: scalable vectors, which cannot be members of structures (those machines run
// the fixed-width set), and SSSE3, which no machine of the last fifteen years has as its best.
#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV | HWY_SSSE3)
