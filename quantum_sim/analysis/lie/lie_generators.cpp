#include "quantum_sim/analysis/lie/lie_generators.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numbers>
#include <optional>
#include <utility>

#include "quantum_sim/analysis/lie/pauli_string_set.h"

namespace tacit::quantum_sim {
namespace {

// What rotations share: the factors of their angles, or if these are fixed, the gate that they come from.
struct Variable {
  std::uint32_t factor_count = 0;
  std::array<Angle::Factor, 2> factors{};
  std::uint32_t fixed_gate = 0;
  friend bool operator==(const Variable&, const Variable&) = default;
};

// Rotations of one variable that commute: one rotation about a sum.
struct Block {
  Variable variable;
  bool generates;
  PauliSum sum;
};

bool all_commute(const Block& block, const PauliString& string) {
  return std::all_of(block.sum.terms.begin(), block.sum.terms.end(),
                     [&](const PauliSum::Term& term) { return commute(term.string, string); });
}

// Looks back for a block of the same variable, past blocks that commute.
void add(std::vector<Block>& blocks, const Variable& variable, const PauliSum::Term& term, bool generates) {
  for (auto block = blocks.rbegin(); block != blocks.rend() && all_commute(*block, term.string); ++block) {
    if (block->variable != variable) continue;
    block->sum.terms.push_back(term);
    return;
  }
  blocks.push_back({variable, generates, PauliSum({term})});
}

bool is_whole_turn(double angle) {
  const double turns = angle / (2 * std::numbers::pi);
  return std::abs(turns - std::round(turns)) < 1e-12;
}

// Multiples of one another have equal keys: strings in their order, coefficients divided by the first.
using Key = std::vector<std::pair<std::uint32_t, double>>;

Key key_of(const PauliSum& sum, PauliStringSet& strings) {
  Key key;
  for (const PauliSum::Term& term : sum.terms) key.emplace_back(strings.insert(term.string).first, term.coefficient);
  std::sort(key.begin(), key.end());
  const double first = key.front().second;
  for (auto& [string, coefficient] : key) coefficient /= first;
  return key;
}

}  // namespace

std::vector<PauliSum> distinct_generators(const std::vector<PauliSum>& generators) {
  std::vector<PauliSum> result;
  std::optional<PauliStringSet> strings;
  std::map<Key, std::size_t> seen;
  for (const PauliSum& generator : generators) {
    PauliSum sum = simplified(generator);
    if (sum.terms.empty()) continue;
    const double first = sum.terms.front().coefficient;
    for (PauliSum::Term& term : sum.terms) term.coefficient /= first;
    if (!strings) strings.emplace(sum.terms.front().string.qubits());
    if (seen.emplace(key_of(sum, *strings), result.size()).second) result.push_back(std::move(sum));
  }
  return result;
}

std::vector<PauliSum> generators(const PauliCircuit& circuit, const GeneratorSources& sources) {
  std::vector<Block> blocks;
  for (const PauliStringRotation& rotation : circuit.rotations()) {
    if (!is_whole_turn(rotation.offset))
      add(blocks, {0, {}, rotation.gate}, {rotation.offset, rotation.string}, sources.fixed);
    for (const AngleTerm& term : rotation.terms) {
      const bool generates = (sources.parameters && term.reads(Angle::Source::parameter)) ||
                             (sources.inputs && term.reads(Angle::Source::input));
      const Angle& angle = term.angle;
      add(blocks, {angle.factor_count, angle.factor_array, 0}, {angle.scale, rotation.string}, generates);
    }
  }
  std::vector<PauliSum> result;
  for (Block& block : blocks)
    if (block.generates) result.push_back(std::move(block.sum));
  return distinct_generators(result);
}

}  // namespace tacit::quantum_sim
