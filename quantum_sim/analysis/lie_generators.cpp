#include "quantum_sim/analysis/lie_generators.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <optional>
#include <utility>

#include "quantum_sim/analysis/pauli_string_set.h"

namespace tacit::quantum_sim {
namespace {

// Rotations of one variable that commute: one rotation about a sum. A fixed rotation has no variable and stays alone.
struct Block {
  std::optional<Angle> variable;
  bool generates;
  PauliSum sum;
};

bool same_variable(const Angle& left, const Angle& right) {
  return left.factor_count == right.factor_count &&
         std::equal(left.factors().begin(), left.factors().end(), right.factors().begin());
}

bool all_commute(const Block& block, const PauliString& string) {
  return std::all_of(block.sum.terms.begin(), block.sum.terms.end(),
                     [&](const PauliSum::Term& term) { return commute(term.string, string); });
}

// Looks back for a block of the same variable, past blocks that commute.
void add(std::vector<Block>& blocks, const Angle& angle, const PauliString& string, bool generates) {
  for (auto block = blocks.rbegin(); block != blocks.rend() && all_commute(*block, string); ++block) {
    if (!block->variable || !same_variable(*block->variable, angle)) continue;
    block->sum.terms.push_back({angle.scale, string});
    return;
  }
  blocks.push_back({angle, generates, PauliSum({{angle.scale, string}})});
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
    if (!strings) strings.emplace(sum.terms.front().string.qubits());
    if (seen.emplace(key_of(sum, *strings), result.size()).second) result.push_back(std::move(sum));
  }
  return result;
}

std::vector<PauliSum> generators(const PauliCircuit& circuit, const GeneratorSources& sources) {
  std::vector<Block> blocks;
  for (const PauliStringRotation& rotation : circuit.rotations()) {
    if (!is_whole_turn(rotation.offset))
      blocks.push_back({std::nullopt, sources.fixed, PauliSum({{1.0, rotation.string}})});
    for (const AngleTerm& term : rotation.terms) {
      const bool generates = (sources.parameters && term.reads(Angle::Source::parameter)) ||
                             (sources.inputs && term.reads(Angle::Source::input));
      add(blocks, term.angle, rotation.string, generates);
    }
  }
  std::vector<PauliSum> result;
  for (Block& block : blocks)
    if (block.generates) result.push_back(std::move(block.sum));
  return distinct_generators(result);
}

}  // namespace tacit::quantum_sim
