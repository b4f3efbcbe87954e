#include "bench/memory_bandwidth.h"

#include <algorithm>

#include "bench/multiply_add_rate.h"
#include "core/aligned.h"
#include "quantum_sim/memory.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "bench/memory_bandwidth.cpp"
#include <hwy/foreach_target.h>
// After foreach_target.
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace tacit::bench::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

void copy(const float* b, const float*, std::size_t count, float* a) {
  const hn::ScalableTag<float> d;
  for (std::size_t i = 0; i < count; i += hn::Lanes(d)) hn::Store(hn::Load(d, b + i), d, a + i);
}

void triad(const float* b, const float* c, std::size_t count, float* a) {
  const hn::ScalableTag<float> d;
  const auto scale = hn::Set(d, 0.5f);
  for (std::size_t i = 0; i < count; i += hn::Lanes(d))
    hn::Store(hn::MulAdd(scale, hn::Load(d, c + i), hn::Load(d, b + i)), d, a + i);
}

}  // namespace tacit::bench::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tacit::bench {
namespace {

HWY_EXPORT(copy);
HWY_EXPORT(triad);

constexpr std::size_t lanes_in_any_vector = 64;

/// The best rate of passes over `moved` bytes each, in runs long enough for the clock, for a tenth of a second or five
/// runs.
template <class Pass>
double best_rate(double moved, const Pass& pass) {
  const auto passes = std::max<std::size_t>(1, static_cast<std::size_t>(4e7 / moved));
  double best = 0, total = 0;
  for (int run = 0; run < 5 || total < 0.1; ++run) {
    const double start = thread_seconds();
    for (std::size_t i = 0; i < passes; ++i) pass();
    const double seconds = thread_seconds() - start;
    best = std::max(best, static_cast<double>(passes) * moved / seconds);
    total += seconds;
  }
  return best;
}

}  // namespace

Bandwidth measure_bandwidth(std::size_t bytes) {
  const std::size_t count =
      std::max<std::size_t>(1, bytes / (3 * sizeof(float) * lanes_in_any_vector)) * lanes_in_any_vector;
  quantum_sim::require_memory(3 * sizeof(float) * count, quantum_sim::available_memory(),
                              "the arrays of the bandwidth measurement");
  AlignedVector<float> a(count), b(count, 1), c(count, 2);
  const double array = sizeof(float) * static_cast<double>(count);
  return {best_rate(2 * array,
                    [&] {
                      HWY_DYNAMIC_DISPATCH(copy)
                      (b.data(), c.data(), count, a.data());
                    }),
          best_rate(3 * array, [&] {
            HWY_DYNAMIC_DISPATCH(triad)
            (b.data(), c.data(), count, a.data());
          })};
}

}  // namespace tacit::bench
#endif
