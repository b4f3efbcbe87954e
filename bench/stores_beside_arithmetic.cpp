#include "bench/stores_beside_arithmetic.h"

#include "quantum_sim/instruction_sets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "bench/stores_beside_arithmetic.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace tacit::bench {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

using D = hn::CappedTag<float, 16>;
using V = hn::Vec<D>;

template <bool multiply_add, bool multiply, bool store>
HWY_INLINE void step(V& chain, V factor, V addend, float* place) {
  if constexpr (multiply_add) chain = hn::MulAdd(chain, factor, addend);
  if constexpr (multiply) chain = hn::Mul(chain, factor);
  if constexpr (store) {
    hn::Store(addend, D(), place);
    // Else a later store to the same place would do.
    asm volatile("" : : "m"(*place));
  }
}

// Chains named one by one, so that they stay in registers.
template <bool multiply_add, bool multiply, bool store>
HWY_NOINLINE void run(std::size_t rounds, float* memory) {
  const D d;
  const std::size_t lanes = hn::Lanes(d), places = elements_stored_to / lanes / 16 * 16;
  const auto factor = hn::Set(d, memory[0]), addend = hn::Set(d, memory[1]);
  V a = hn::Set(d, 1), b = hn::Set(d, 2), c = hn::Set(d, 3), e = hn::Set(d, 4), f = hn::Set(d, 5), g = hn::Set(d, 6),
    h = hn::Set(d, 7), i = hn::Set(d, 8), j = hn::Set(d, 9), k = hn::Set(d, 10), l = hn::Set(d, 11), m = hn::Set(d, 12);
  std::size_t place = 0;
  for (std::size_t round = 0; round < rounds; ++round) {
    float* const to = memory + place * lanes;
    place = (place + 16) % places;
    step<multiply_add, multiply, store>(a, factor, addend, to);
    step<multiply_add, multiply, store>(b, factor, addend, to + lanes);
    step<multiply_add, multiply, store>(c, factor, addend, to + 2 * lanes);
    step<multiply_add, multiply, store>(e, factor, addend, to + 3 * lanes);
    step<multiply_add, multiply, store>(f, factor, addend, to + 4 * lanes);
    step<multiply_add, multiply, store>(g, factor, addend, to + 5 * lanes);
    step<multiply_add, multiply, store>(h, factor, addend, to + 6 * lanes);
    step<multiply_add, multiply, store>(i, factor, addend, to + 7 * lanes);
    step<multiply_add, multiply, store>(j, factor, addend, to + 8 * lanes);
    step<multiply_add, multiply, store>(k, factor, addend, to + 9 * lanes);
    step<multiply_add, multiply, store>(l, factor, addend, to + 10 * lanes);
    step<multiply_add, multiply, store>(m, factor, addend, to + 11 * lanes);
  }
  auto sum = hn::Zero(d);
  for (const V& chain : {a, b, c, e, f, g, h, i, j, k, l, m}) sum = hn::Add(sum, chain);
  memory[2] = hn::GetLane(sum);
}

void choose(VectorSteps which, std::size_t rounds, float* memory) {
  if (which.multiply_add)
    return which.store ? run<true, false, true>(rounds, memory) : run<true, false, false>(rounds, memory);
  if (which.multiply)
    return which.store ? run<false, true, true>(rounds, memory) : run<false, true, false>(rounds, memory);
  run<false, false, true>(rounds, memory);
}

}  // namespace HWY_NAMESPACE
}  // namespace tacit::bench
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tacit::bench {

HWY_EXPORT(choose);

void run_vector_steps(VectorSteps which, std::size_t rounds, float* memory) {
  HWY_DYNAMIC_DISPATCH(choose)(which, rounds, memory);
}

}  // namespace tacit::bench
#endif
