#include "quantum_sim/engine_choice.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "quantum_sim/memory.h"

namespace tacit::quantum_sim {
namespace {

// Time of a gradient of one sample on the engine of one state over that on a full tile, by dimension: the former's
// calls have a fixed cost that few rows do not repay, the latter's tiles leave the caches one after another. Measured
// on layered circuits (docs/benchmarks.md); float and double differ by less than a third.
constexpr double state_over_tile[] = {6, 6, 6, 6, 5, 4, 3, 2.5, 2, 1.7, 1.5, 1.45, 1.3, 1.18, 1.17, 0.95, 0.67, 0.46};

double cost_of_state(std::uint32_t dimension) {
  return state_over_tile[std::min<std::size_t>(dimension, std::size(state_over_tile) - 1)];
}

double tile_bytes(const Workload& workload) {
  return std::ldexp(2.0 * static_cast<double>(workload.tile_width * workload.real_bytes),
                    static_cast<int>(workload.dimension));
}

}  // namespace

const char* to_string(Engine engine) noexcept {
  return engine == Engine::batch ? "batch" : "state";
}

EngineChoice choose_engine(const Workload& workload) {
  const double states = 4 * tile_bytes(workload) * static_cast<double>(std::max<std::size_t>(workload.threads, 1));
  if (states > static_cast<double>(available_memory()))
    return {Engine::state, "four states of a tile do not fit into memory, so sample after sample"};
  const std::size_t tiles = (workload.batch + workload.tile_width - 1) / workload.tile_width;
  const auto lanes = static_cast<double>(tiles * workload.tile_width);
  if (lanes <= cost_of_state(workload.dimension) * static_cast<double>(workload.batch))
    return {Engine::batch, "samples lie side by side in vectors, so every gate is one operation on all of them"};
  if (cost_of_state(workload.dimension) < 1)
    return {Engine::state, "the states of a tile do not stay in cache, the blocks of one state do"};
  return {Engine::state,
          fmt::format("{} sample{} would fill {} of the {} lanes of a tile", workload.batch,
                      workload.batch == 1 ? "" : "s", workload.batch % workload.tile_width, workload.tile_width)};
}

}  // namespace tacit::quantum_sim
