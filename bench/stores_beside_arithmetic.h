#pragma once

#include <cstddef>

namespace tacit::bench {

/// What a loop of float vectors does in each of its twelve steps.
struct VectorSteps {
  bool multiply_add = false;  ///< fused, of registers alone, in twelve chains
  bool multiply = false;      ///< in the same chains
  bool store = false;         ///< of one vector, to memory that stays in the first-level cache
};

inline constexpr std::size_t steps_of_a_round = 12;
/// Elements that the memory must have, 64-byte aligned.
inline constexpr std::size_t elements_stored_to = 4096;

/// Runs rounds of twelve steps with the widest vectors of this machine.
void run_vector_steps(VectorSteps which, std::size_t rounds, float* memory);

}  // namespace tacit::bench
