#pragma once

#include <array>
#include <cstddef>

#include "quantum_sim/batch/compiled_batch.h"

namespace tacit::quantum_sim {

/// How one pass over a tile of samples goes through a circuit.
struct PassSummary {
  std::size_t states = 0;                                         ///< that it has, kept ones among them
  std::size_t bytes = 0;                                          ///< of all of them, one tile
  std::size_t block_bytes = 0;                                    ///< of the rows that are worked on at a time
  std::size_t stages = 0;                                         ///< times that blocks are gone through
  std::array<std::size_t, most_sweeps_of_visit + 1> visits_of{};  ///< by how many sweeps they do together
  double operations_per_row = 0;                                  ///< multiplications and additions fused or alone,
                                                                  ///< of all sweeps, for each row and sample
};

/// The plan of a batch engine for a circuit: sizes, sweeps, and what each pass costs.
struct PlanSummary {
  std::size_t samples_of_tile = 0;
  std::size_t rows = 0;         ///< basis states that the circuit can reach
  std::size_t state_bytes = 0;  ///< of one state, one tile
  std::size_t rotations = 0;    ///< sweeps that pair rows
  std::size_t growing = 0;      ///< of these, those that double the rows in use
  std::size_t attached_phases = 0, lone_phases = 0;
  std::size_t diagonals = 0, diagonal_phases = 0;
  std::size_t input_angles = 0;  ///< that differ from sample to sample
  std::size_t kept_layers = 0;   ///< of commuting rotations, behind which a gradient keeps a state
  PassSummary forward, backward, forward_tangent, backward_tangent;
};

/// T is float or double.
template <class T>
PlanSummary summarise(const CompiledBatch& compiled);

/// The nearest cache of this machine that holds so many bytes: "L1", "L2", "L3", or "memory".
const char* nearest_cache(std::size_t bytes);

}  // namespace tacit::quantum_sim
