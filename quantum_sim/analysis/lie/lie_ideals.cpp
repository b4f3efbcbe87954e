#include "quantum_sim/analysis/lie/lie_ideals.h"

#include <fmt/core.h>

#include <algorithm>
#include <limits>
#include <numeric>
#include <optional>

#include "quantum_sim/analysis/lie/lie_anticommutation.h"

namespace tacit::quantum_sim {
namespace {

// Component of each generator among all, by the lowest member.
std::vector<std::uint32_t> generator_components(const PauliStringSet& generators, const AnticommutationTable& table) {
  std::vector<std::uint32_t> parent(generators.size());
  std::iota(parent.begin(), parent.end(), 0u);
  const auto root = [&](std::uint32_t place) {
    while (parent[place] != place) place = parent[place] = parent[parent[place]];
    return place;
  };
  std::vector<std::uint64_t> row(table.words());
  for (std::uint32_t one = 0; one < generators.size(); ++one) {
    table.row(generators.words(one), row.data());
    for_each_bit(row.data(), row.size(), [&](std::size_t two) {
      const std::uint32_t a = root(one), b = root(static_cast<std::uint32_t>(two));
      parent[std::max(a, b)] = std::min(a, b);
    });
  }
  for (std::uint32_t place = 0; place < parent.size(); ++place) parent[place] = root(place);
  return parent;
}

std::optional<std::size_t> first_bit(const std::vector<std::uint64_t>& bits) {
  for (std::size_t word = 0; word < bits.size(); ++word)
    if (bits[word] != 0) return word * 64 + static_cast<std::size_t>(std::countr_zero(bits[word]));
  return std::nullopt;
}

// Counts, over the component's strings, those like the first (same row of answers) and those that anticommute with it.
LieIdeal ideal_of(std::vector<std::uint32_t> members, const PauliStringSet& algebra,
                  const AnticommutationTable& table) {
  std::vector<std::uint64_t> first(table.words()), row(table.words());
  table.row(algebra.words(members.front()), first.data());
  std::size_t copies = 0, anticommuting = 0;
  for (const std::uint32_t member : members) {
    table.row(algebra.words(member), row.data());
    copies += row == first;
    anticommuting += anticommute(algebra.words(members.front()), algebra.words(member), algebra.half());
  }
  const std::size_t dimension = members.size() / copies;
  return {simple_algebra_name(dimension, anticommuting / copies), dimension, copies, std::move(members)};
}

}  // namespace

LieDecomposition decompose(const PauliStringSet& algebra, const PauliStringSet& generators) {
  constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();
  const AnticommutationTable table(generators);
  const std::vector<std::uint32_t> components = generator_components(generators, table);
  std::vector<std::uint32_t> place_of_component(generators.size(), none);
  std::vector<std::vector<std::uint32_t>> members;
  LieDecomposition result;
  std::vector<std::uint64_t> row(table.words());
  for (std::uint32_t number = 0; number < algebra.size(); ++number) {
    // A string is a bracket of generators of one component, and commutes with those of all others.
    table.row(algebra.words(number), row.data());
    const std::optional<std::size_t> disturbed = first_bit(row);
    if (!disturbed) {
      result.centre.push_back(number);
      continue;
    }
    std::uint32_t& place = place_of_component[components[*disturbed]];
    if (place == none) {
      place = static_cast<std::uint32_t>(members.size());
      members.emplace_back();
    }
    members[place].push_back(number);
  }
  for (std::vector<std::uint32_t>& strings : members)
    result.ideals.push_back(ideal_of(std::move(strings), algebra, table));
  return result;
}

std::string simple_algebra_name(std::size_t dimension, std::size_t anticommuting) {
  // With ad_B squared = -4 on strings that anticommute with B, the Killing form of B is -4 times their number; in a
  // defining representation by N x N matrices it is a known multiple of the trace.
  if (dimension == 3 && anticommuting == 2) return "su(2)";
  if (dimension == 10 && anticommuting == 6) return "sp(4)";
  if (dimension == 15 && anticommuting == 8) return "su(4)";
  for (std::size_t size = 5; size * (size - 1) / 2 <= dimension; ++size)
    if (size * (size - 1) / 2 == dimension && anticommuting == 2 * (size - 2)) return fmt::format("so({})", size);
  for (std::size_t size = 2; size < (std::size_t{1} << 31) && size * (size - 1) / 2 <= dimension; size *= 2) {
    if (dimension == size * size - 1 && 2 * anticommuting == size * size) return fmt::format("su({})", size);
    if (dimension == size * (size - 1) / 2 && 4 * anticommuting == size * (size - 2))
      return fmt::format("so({})", size);
    if (dimension == size * (size + 1) / 2 && 4 * anticommuting == size * (size + 2))
      return fmt::format("sp({})", size);
  }
  return "simple";
}

}  // namespace tacit::quantum_sim
