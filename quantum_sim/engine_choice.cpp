#include "quantum_sim/engine_choice.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "quantum_sim/memory.h"

namespace tacit::quantum_sim {
namespace {

// Of a full tile in cache, for a sample; measured on gradients of layered circuits, where they vary by a third.
constexpr double state_cost = 1.6;
// Two states of a tile this large are half of a second-level cache; each doubling from there costs a share, until they
// come from memory.
constexpr double comfortable_bytes = 512 * 1024;
constexpr double cost_of_doubling = 0.35, cost_from_memory = 3;

double tile_bytes(const Workload& workload) {
  return std::ldexp(2.0 * static_cast<double>(workload.tile_width * workload.real_bytes),
                    static_cast<int>(workload.dimension));
}

/// Of a sample on the batch engine, a full tile in cache being one.
double batch_cost(const Workload& workload) {
  const std::size_t tiles = (workload.batch + workload.tile_width - 1) / workload.tile_width;
  const double lanes = static_cast<double>(tiles * workload.tile_width) / static_cast<double>(workload.batch);
  const double doublings = std::max(std::log2(2 * tile_bytes(workload) / comfortable_bytes), 0.0);
  return lanes * std::min(1 + cost_of_doubling * doublings, cost_from_memory);
}

}  // namespace

const char* to_string(Engine engine) noexcept {
  return engine == Engine::batch ? "batch" : "state";
}

EngineChoice choose_engine(const Workload& workload) {
  const double states = 4 * tile_bytes(workload) * static_cast<double>(std::max<std::size_t>(workload.threads, 1));
  if (states > static_cast<double>(available_memory()))
    return {Engine::state, "four states of a tile do not fit into memory, so sample after sample"};
  const double cost = batch_cost(workload);
  if (cost <= state_cost)
    return {Engine::batch, "samples lie side by side in vectors, so every gate is one operation on all of them"};
  if (workload.batch < workload.tile_width)
    return {Engine::state, fmt::format("{} sample{} would fill {} of the {} lanes of a tile", workload.batch,
                                       workload.batch == 1 ? "" : "s", workload.batch, workload.tile_width)};
  return {Engine::state, "the states of a tile do not stay in cache, those of one sample do longer"};
}

}  // namespace tacit::quantum_sim
