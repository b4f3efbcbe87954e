#include "bench/multiply_add_rate.h"

#include <time.h>

#include <algorithm>
#include <cstddef>

#include "quantum_sim/instruction_sets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "bench/multiply_add_rate.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace tacit::bench {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

// Twelve independent chains hide the latency of every known machine; named one by one, so that they stay in registers.
// Returns lanes done; the result must be used.
template <class T>
HWY_NOINLINE double run_chains(std::size_t rounds, T* result) {
  const hn::CappedTag<T, 64 / sizeof(T)> d;
  const auto factor = hn::Set(d, result[0]), addend = hn::Set(d, result[1]);
  auto a = hn::Set(d, T(1)), b = hn::Set(d, T(2)), c = hn::Set(d, T(3)), e = hn::Set(d, T(4)), f = hn::Set(d, T(5)),
       g = hn::Set(d, T(6)), h = hn::Set(d, T(7)), i = hn::Set(d, T(8)), j = hn::Set(d, T(9)), k = hn::Set(d, T(10)),
       l = hn::Set(d, T(11)), m = hn::Set(d, T(12));
  for (std::size_t round = 0; round < rounds; ++round) {
    a = hn::MulAdd(a, factor, addend);
    b = hn::MulAdd(b, factor, addend);
    c = hn::MulAdd(c, factor, addend);
    e = hn::MulAdd(e, factor, addend);
    f = hn::MulAdd(f, factor, addend);
    g = hn::MulAdd(g, factor, addend);
    h = hn::MulAdd(h, factor, addend);
    i = hn::MulAdd(i, factor, addend);
    j = hn::MulAdd(j, factor, addend);
    k = hn::MulAdd(k, factor, addend);
    l = hn::MulAdd(l, factor, addend);
    m = hn::MulAdd(m, factor, addend);
  }
  auto sum = hn::Zero(d);
  for (const auto& chain : {a, b, c, e, f, g, h, i, j, k, l, m}) sum = hn::Add(sum, chain);
  hn::StoreU(sum, d, result);
  return 12.0 * static_cast<double>(rounds) * static_cast<double>(hn::Lanes(d));
}

double run_chains_float(std::size_t rounds, float* result) {
  return run_chains(rounds, result);
}
double run_chains_double(std::size_t rounds, double* result) {
  return run_chains(rounds, result);
}

}  // namespace HWY_NAMESPACE
}  // namespace tacit::bench
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tacit::bench {
namespace {

HWY_EXPORT(run_chains_float);
HWY_EXPORT(run_chains_double);

double run_chains(std::size_t rounds, float* result) {
  return HWY_DYNAMIC_DISPATCH(run_chains_float)(rounds, result);
}
double run_chains(std::size_t rounds, double* result) {
  return HWY_DYNAMIC_DISPATCH(run_chains_double)(rounds, result);
}

}  // namespace

double thread_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

template <class T>
double multiply_add_rate() {
  double best = 0;
  for (int repeat = 0; repeat < 20; ++repeat) {
    T values[64] = {T(0.5), T(0.25)};
    const double start = thread_seconds();
    const double lanes = run_chains(std::size_t{1} << 16, values);
    best = std::max(best, lanes / (thread_seconds() - start));
  }
  return best;
}

template double multiply_add_rate<float>();
template double multiply_add_rate<double>();

}  // namespace tacit::bench
#endif
