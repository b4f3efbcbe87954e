#include "quantum_sim/sincos.h"

#include <cmath>
#include <cstddef>
#include <cstdint>

#include "quantum_sim/instruction_sets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "quantum_sim/sincos.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.
#include "hwy/highway.h"
#include "quantum_sim/sincos-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tacit::quantum_sim {
namespace HWY_NAMESPACE {

// `lanes` values that lie together.
template <class D>
HWY_INLINE void one_vector(D d, const double* angles, double* sines, double* cosines) {
  const auto angle = hn::LoadU(d, angles);
  if (HWY_LIKELY(hn::AllTrue(d, hn::Le(hn::Abs(angle), hn::Set(d, largest_reduced))))) {
    const auto both = reduced_sine_and_cosine(d, angle);
    hn::StoreU(both.sine, d, sines);
    hn::StoreU(both.cosine, d, cosines);
    return;
  }
  for (std::size_t lane = 0; lane < hn::Lanes(d); ++lane) {
    const double value = angles[lane];
    // One element's result must not depend on which neighbours sent it here.
    const hn::CappedTag<double, 1> single;
    if (std::abs(value) <= largest_reduced) {
      const auto both = reduced_sine_and_cosine(single, hn::Set(single, value));
      sines[lane] = hn::GetLane(both.sine);
      cosines[lane] = hn::GetLane(both.cosine);
    } else {
      sines[lane] = std::sin(value);
      cosines[lane] = std::cos(value);
    }
  }
}

void all_sines_and_cosines(const double* angles, std::size_t count, double* sines, double* cosines) {
  const hn::CappedTag<double, 8> d;
  const std::size_t lanes = hn::Lanes(d);
  std::size_t done = 0;
  for (; done + lanes <= count; done += lanes) one_vector(d, angles + done, sines + done, cosines + done);
  if (done == count) return;
  double rest[8] = {}, rest_sines[8], rest_cosines[8];
  for (std::size_t lane = 0; done + lane < count; ++lane) rest[lane] = angles[done + lane];
  one_vector(d, rest, rest_sines, rest_cosines);
  for (std::size_t lane = 0; done + lane < count; ++lane) {
    sines[done + lane] = rest_sines[lane];
    cosines[done + lane] = rest_cosines[lane];
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace tacit::quantum_sim
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tacit::quantum_sim {

HWY_EXPORT(all_sines_and_cosines);

void sine_and_cosine(std::span<const double> angles, std::span<double> sines, std::span<double> cosines) noexcept {
  HWY_DYNAMIC_DISPATCH(all_sines_and_cosines)(angles.data(), angles.size(), sines.data(), cosines.data());
}

}  // namespace tacit::quantum_sim
#endif
