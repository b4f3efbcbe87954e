#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/circuit_source.h"
#include "quantum_sim/batch/plan_summary.h"
#include "quantum_sim/compile/compile_summary.h"
#include "quantum_sim/engine_choice.h"
#include "quantum_sim/state/plan_report.h"

namespace tacit::cli {

/// How a batch of this size runs on the batch engine.
struct Execution {
  const char* precision;
  std::size_t batch, tile_width, tiles, scalar_bytes;
  std::size_t threads_used;
  double idle_lanes;             ///< share of lanes of the last tile, over all tiles
  std::size_t tile_state_bytes;  ///< of one state of one tile
  std::size_t sample_state_bytes;
  quantum_sim::EngineChoice choice;
};

/// One of the two: of the engine that suits this batch.
struct Plan {
  std::optional<quantum_sim::PlanReport> state;
  std::optional<quantum_sim::PlanSummary> batch;
};

/// All that `tacit circuit explain` says.
struct Explanation {
  ReadCircuit read;
  quantum_sim::CompileSummary summary;
  Execution run;
  Plan plan;
};

/// The four passes of the batch engine, by name.
std::vector<std::pair<const char*, const quantum_sim::PassSummary*>> passes_of(const quantum_sim::PlanSummary& plan);

std::string bytes_text(double bytes);

std::string explanation_text(const Explanation& explanation);

/// Bars: what became of the rotations of the gates, and what each pass of the chosen plan computes and moves.
/// Self-contained, readable on light and dark pages.
std::string explanation_svg(const Explanation& explanation);

}  // namespace tacit::cli
