#include "quantum_sim/gradients/generator_groups.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <set>

namespace tacit::quantum_sim {
namespace {

constexpr std::size_t largest_group = 12, largest_rank = 6;

/// A string as the product of some independent ones, marked in `members`, with a sign.
struct Dependence {
  std::uint32_t members = 0;
  int sign = 1;
};

/// Every string by the first ones that are independent; empty if these are more than largest_rank.
struct Dependences {
  std::size_t rank = 0;
  std::vector<Dependence> strings;
};

// Of all products of the independent strings, in order of their marks, that with the x and z of `pauli`.
bool find(const std::vector<Pauli>& products, const Pauli& pauli, Dependence& found) {
  for (std::uint32_t members = 0; members < products.size(); ++members)
    if (products[members].x == pauli.x && products[members].z == pauli.z) {
      found = {members, products[members].phase == pauli.phase ? 1 : -1};
      return true;
    }
  return false;
}

Dependences dependences(const std::vector<PauliRotation>& rotations, const std::vector<std::size_t>& group) {
  Dependences result;
  std::vector<Pauli> products = {Pauli{}};
  for (const std::size_t index : group) {
    const Pauli& pauli = rotations[index].pauli;
    Dependence dependence;
    if (!find(products, pauli, dependence)) {
      if (result.rank == largest_rank) return {};
      dependence = {std::uint32_t{1} << result.rank++, 1};
      const std::size_t before = products.size();
      for (std::size_t members = 0; members < before; ++members) products.push_back(products[members] * pauli);
    }
    result.strings.push_back(dependence);
  }
  return result;
}

// Half the differences of the strings' signs between any two joint eigenspaces, one of each pair of opposites.
std::vector<std::vector<double>> joint_gap_weights(const Dependences& strings) {
  const auto sign = [&](std::size_t place, std::uint32_t negative) {
    const Dependence& dependence = strings.strings[place];
    return parity(dependence.members & negative) ? -dependence.sign : dependence.sign;
  };
  const std::uint32_t spaces = std::uint32_t{1} << strings.rank;
  std::set<std::vector<double>> weights;
  for (std::uint32_t first = 0; first < spaces; ++first)
    for (std::uint32_t second = 0; second < spaces; ++second) {
      std::vector<double> weight;
      for (std::size_t place = 0; place < strings.strings.size(); ++place)
        weight.push_back((sign(place, first) - sign(place, second)) / 2);
      const auto leading = std::find_if(weight.begin(), weight.end(), [](double value) { return value != 0; });
      if (leading != weight.end() && *leading > 0) weights.insert(std::move(weight));
    }
  return {weights.begin(), weights.end()};
}

GeneratorGroup alone(const PauliRotation& rotation, std::size_t index) {
  if (rotation.controls.empty()) return {{index}, {{1}}};
  if (rotation.is_phase()) return {{index}, {{0.5}}};
  return {{index}, {{0.5}, {1}}};
}

void append_group(std::vector<GeneratorGroup>& groups, const std::vector<PauliRotation>& rotations,
                  const std::vector<std::size_t>& members) {
  if (members.empty()) return;
  const Dependences strings = members.size() <= largest_group ? dependences(rotations, members) : Dependences{};
  const bool is_joint = !strings.strings.empty() && strings.rank < members.size();
  if (is_joint) {
    groups.push_back({members, joint_gap_weights(strings)});
    return;
  }
  for (const std::size_t index : members) groups.push_back(alone(rotations[index], index));
}

}  // namespace

std::vector<GeneratorGroup> generator_groups(const std::vector<PauliRotation>& rotations,
                                             const std::vector<bool>& reads) {
  std::vector<GeneratorGroup> groups;
  std::vector<std::size_t> members;
  for (std::size_t index = 0; index < rotations.size(); ++index) {
    if (!reads[index]) continue;
    if (!rotations[index].controls.empty()) {
      groups.push_back(alone(rotations[index], index));
      continue;
    }
    // It can be moved to the group past everything between them.
    bool joins = true;
    for (std::size_t between = members.empty() ? index : members.front(); between < index; ++between)
      joins = joins && commute(rotations[between], rotations[index]);
    if (!joins) {
      append_group(groups, rotations, members);
      members.clear();
    }
    members.push_back(index);
  }
  append_group(groups, rotations, members);
  return groups;
}

std::vector<double> group_gaps(const GeneratorGroup& group, std::span<const double> slopes) {
  std::vector<double> gaps;
  for (const std::vector<double>& weights : group.gap_weights) {
    double gap = 0;
    for (std::size_t place = 0; place < weights.size(); ++place) gap += weights[place] * slopes[group.rotations[place]];
    gap = std::abs(gap);
    const bool is_new = std::none_of(gaps.begin(), gaps.end(),
                                     [&](double other) { return std::abs(other - gap) <= 1e-14 * (other + gap); });
    if (gap != 0 && is_new) gaps.push_back(gap);
  }
  return gaps;
}

}  // namespace tacit::quantum_sim
