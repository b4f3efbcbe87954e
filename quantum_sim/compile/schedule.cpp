#include "quantum_sim/compile/schedule.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace tacit::quantum_sim {
namespace {

// How far ahead a rotation is looked for; bounds the planning time of long circuits.
constexpr std::size_t look_ahead = 256;

std::size_t dimension_of_all(const std::vector<PauliRotation>& rotations, RowBasis basis) {
  for (const PauliRotation& rotation : rotations)
    if (!basis.contains(rotation.pauli.x)) basis.extend(rotation.pauli.x);
  return basis.dimension();
}

// The first pending rotation that stays within the rows in use and commutes with everything pending before it.
std::size_t next_without_growth(const std::vector<PauliRotation>& rotations, const std::vector<std::uint32_t>& pending,
                                const RowBasis& basis) {
  const std::size_t end = std::min(pending.size(), look_ahead);
  for (std::size_t place = 0; place < end; ++place) {
    const PauliRotation& rotation = rotations[pending[place]];
    if (!basis.contains(rotation.pauli.x)) continue;
    const bool free = std::all_of(pending.begin(), pending.begin() + static_cast<std::ptrdiff_t>(place),
                                  [&](std::uint32_t earlier) { return commute(rotations[earlier], rotation); });
    if (free) return place;
  }
  return pending.size();
}

}  // namespace

Schedule schedule(const std::vector<PauliRotation>& rotations, RowBasis start) {
  Schedule result;
  result.basis = std::move(start);
  const std::size_t dimension = dimension_of_all(rotations, result.basis);
  std::vector<std::uint32_t> pending(rotations.size());
  std::iota(pending.begin(), pending.end(), 0u);
  const auto take = [&](std::size_t place) {
    const std::uint32_t index = pending[place];
    if (!result.basis.contains(rotations[index].pauli.x)) result.basis.extend(rotations[index].pauli.x);
    result.order.push_back(index);
    result.dimensions.push_back(result.basis.dimension());
    pending.erase(pending.begin() + static_cast<std::ptrdiff_t>(place));
  };
  while (result.basis.dimension() < dimension) {
    const std::size_t place = next_without_growth(rotations, pending, result.basis);
    take(place < pending.size() ? place : 0);
  }
  for (const std::uint32_t index : pending) {
    result.order.push_back(index);
    result.dimensions.push_back(result.basis.dimension());
  }
  return result;
}

}  // namespace tacit::quantum_sim
