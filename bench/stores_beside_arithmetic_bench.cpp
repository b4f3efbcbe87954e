// Whether a core stores vectors while it multiplies and adds: the limit of loops that go over a state in cache. The
// counter `of_multiply_adds` is the time of a step over that of a fused multiply-add alone, measured in this process.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <vector>

#include "bench/multiply_add_rate.h"
#include "bench/stores_beside_arithmetic.h"
#include "core/aligned.h"

namespace tacit::bench {
namespace {

constexpr std::size_t rounds = 1 << 14;

double seconds_of(VectorSteps which, float* memory) {
  double best = 1e30;
  for (int repeat = 0; repeat < 10; ++repeat) {
    memory[0] = 0.999F;
    memory[1] = 0.25F;
    const double start = thread_seconds();
    run_vector_steps(which, rounds, memory);
    best = std::min(best, thread_seconds() - start);
  }
  return best;
}

void steps(benchmark::State& state, VectorSteps which) {
  AlignedVector<float> memory(elements_stored_to);
  for (auto _ : state) {
    memory[0] = 0.999F;
    memory[1] = 0.25F;
    run_vector_steps(which, rounds, memory.data());
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(rounds * steps_of_a_round));
  state.counters["of_multiply_adds"] =
      seconds_of(which, memory.data()) / seconds_of({.multiply_add = true}, memory.data());
}

BENCHMARK_CAPTURE(steps, multiply_add, VectorSteps{.multiply_add = true});
BENCHMARK_CAPTURE(steps, store, VectorSteps{.store = true});
BENCHMARK_CAPTURE(steps, multiply_add_and_store, VectorSteps{.multiply_add = true, .store = true});
BENCHMARK_CAPTURE(steps, multiply, VectorSteps{.multiply = true});
BENCHMARK_CAPTURE(steps, multiply_and_store, VectorSteps{.multiply = true, .store = true});

}  // namespace
}  // namespace tacit::bench

BENCHMARK_MAIN();
