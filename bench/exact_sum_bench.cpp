// How close ExactSum::add comes to the memory floor. Three loops over the same number of elements:
//   exact   ExactSum::add: reads 4 bytes of x, reads and writes 16 bytes of lanes: 36 bytes an element;
//   double  total[i] += weight * x[i] with double totals, which is what order-dependent code would do: 20 bytes;
//   stream  the same 36 bytes an element with next to no arithmetic: the memory floor.
// Sizes: one that stays in the second-level cache, one far beyond the last level. The counter `of_floor` of `exact` is
// its speed in elements as a share of the stream's, measured in this same process.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <vector>

#include "bench/memory_stream.h"
#include "core/aligned.h"
#include "core/exact_sum.h"
#include "core/random.h"

namespace tacit {
namespace {

constexpr std::int64_t in_cache = 16 << 10;   // 576 KiB of traffic
constexpr std::int64_t in_memory = 16 << 20;  // 576 MiB
constexpr double weight = 600;                // a client's number of examples
constexpr std::int64_t bytes_an_element = 36;

std::vector<float> some_update(std::size_t size) {
  RandomStream random({1, Purpose::benchmark, 0, 0});
  std::vector<float> x(size);
  for (float& value : x) value = static_cast<float>(random.uniform(-0.01, 0.01));
  return x;
}

/// The floor: every byte that the exact sum must move, moved.
struct Stream {
  explicit Stream(std::size_t size) : low(size), high(size) {}
  void pass(const std::vector<float>& x) { memory_stream(x.data(), x.size(), low.data(), high.data()); }
  AlignedVector<std::uint64_t> low, high;
};

template <class Action>
double seconds_of(const Action& action) {
  const auto start = std::chrono::steady_clock::now();
  action();
  benchmark::ClobberMemory();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// The best time of one action over the best of another, taken in turns so that both meet the same neighbours.
template <class First, class Second>
double ratio_of_best(const First& first, const Second& second, int turns) {
  double best_first = 1e30, best_second = 1e30;
  for (int turn = 0; turn < turns; ++turn) {
    best_first = std::min(best_first, seconds_of(first));
    best_second = std::min(best_second, seconds_of(second));
  }
  return best_first / best_second;
}

void report(benchmark::State& state, std::int64_t bytes) {
  state.SetBytesProcessed(state.iterations() * state.range(0) * bytes);
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

void exact(benchmark::State& state) {
  const auto size = static_cast<std::size_t>(state.range(0));
  const std::vector<float> x = some_update(size);
  ExactSum sum(size);
  for (auto _ : state) {
    sum.add(x, weight);
    benchmark::ClobberMemory();
  }
  report(state, bytes_an_element);

  Stream stream(size);
  const auto floor = [&] { stream.pass(x); };
  const auto taken = [&] { sum.add(x, weight); };
  state.counters["of_floor"] = ratio_of_best(floor, taken, size > 1000000 ? 30 : 5000);
}

void double_sum(benchmark::State& state) {
  const auto size = static_cast<std::size_t>(state.range(0));
  const std::vector<float> x = some_update(size);
  AlignedVector<double> total(size);
  for (auto _ : state) {
    for (std::size_t i = 0; i < size; ++i) total[i] += weight * static_cast<double>(x[i]);
    benchmark::ClobberMemory();
  }
  report(state, 20);
}

void stream(benchmark::State& state) {
  const std::vector<float> x = some_update(static_cast<std::size_t>(state.range(0)));
  Stream lanes(x.size());
  for (auto _ : state) {
    lanes.pass(x);
    benchmark::ClobberMemory();
  }
  report(state, bytes_an_element);
}

void merge(benchmark::State& state) {
  const auto size = static_cast<std::size_t>(state.range(0));
  ExactSum sum(size), other(size);
  other.add(some_update(size), weight);
  for (auto _ : state) {
    sum.merge(other);
    benchmark::ClobberMemory();
  }
  report(state, 48);
}

void finish(benchmark::State& state) {
  const auto size = static_cast<std::size_t>(state.range(0));
  ExactSum sum(size);
  sum.add(some_update(size), weight);
  for (auto _ : state) benchmark::DoNotOptimize(sum.finish(6000));
  report(state, 20);
}

BENCHMARK(exact)->Arg(in_cache)->Arg(in_memory)->Unit(benchmark::kMicrosecond);
BENCHMARK(double_sum)->Arg(in_cache)->Arg(in_memory)->Unit(benchmark::kMicrosecond);
BENCHMARK(stream)->Arg(in_cache)->Arg(in_memory)->Unit(benchmark::kMicrosecond);
BENCHMARK(merge)->Arg(in_cache)->Arg(in_memory)->Unit(benchmark::kMicrosecond);
BENCHMARK(finish)->Arg(in_cache)->Arg(in_memory)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace tacit

BENCHMARK_MAIN();
