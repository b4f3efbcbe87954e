#include "quantum_sim/analysis/lie/g_sim_plan.h"

#include <algorithm>
#include <numeric>

#include "quantum_sim/analysis/lie/lie_orbit.h"
#include "quantum_sim/memory.h"

namespace tacit::quantum_sim {
namespace {

// I < X < Y < Z at the highest qubit where two strings differ. Strings of a chain that end at one qubit as Y or go on
// as X to the next and end as Z are neighbours then, and those are what a coupling exchanges.
bool sorts_before(const std::uint64_t* left, const std::uint64_t* right, std::size_t half) {
  for (std::size_t word = half; word-- > 0;) {
    const std::uint64_t z = left[half + word] ^ right[half + word], x = left[word] ^ right[word];
    if ((x | z) == 0) continue;
    const std::uint64_t place = std::bit_floor(x | z);
    const auto rank = [&](const std::uint64_t* string) {
      const bool has_x = string[word] & place, has_z = string[half + word] & place;
      return 2 * has_z + (has_x != has_z);
    };
    return rank(left) < rank(right);
  }
  return false;
}

// Sorts the basis; edges then speak of its new numbers.
void sort_basis(PauliStringSet& basis, std::vector<OrbitEdge>& edges) {
  const std::size_t half = basis.half();
  std::vector<std::uint32_t> order(basis.size()), place(basis.size());
  std::iota(order.begin(), order.end(), 0u);
  std::sort(order.begin(), order.end(), [&](std::uint32_t left, std::uint32_t right) {
    return sorts_before(basis.words(left), basis.words(right), half);
  });
  PauliStringSet sorted(basis.qubits());
  for (const std::uint32_t number : order) place[number] = sorted.insert(basis.words(number)).first;
  for (OrbitEdge& edge : edges) edge = {edge.generator, place[edge.first], place[edge.second]};
  basis = std::move(sorted);
}

// The pairs of one generator, by first string, into the kinds of the plan.
void add_pairs(PlanePlan& plan, const OrbitEdge* edge, const OrbitEdge* end) {
  while (edge != end) {
    std::uint32_t length = 1;
    while (edge + length != end && edge[length].first == edge->first + length &&
           edge[length].second == edge->second + length)
      ++length;
    if (length >= PlanePlan::shortest_run)
      plan.runs.items.push_back({edge->first, edge->second, length});
    else
      length = 1;
    if (length == 1 && edge->second == edge->first + 1)
      plan.rising.items.push_back(edge->first);
    else if (length == 1 && edge->first == edge->second + 1)
      plan.falling.items.push_back(edge->second);
    else if (length == 1)
      plan.scattered.items.push_back({edge->first, edge->second});
    edge += length;
  }
  plan.runs.begin.push_back(plan.runs.items.size());
  plan.rising.begin.push_back(plan.rising.items.size());
  plan.falling.begin.push_back(plan.falling.items.size());
  plan.scattered.begin.push_back(plan.scattered.items.size());
}

// Returns how many pairs each generator turns.
std::vector<std::size_t> set_pairs(PlanePlan& plan, std::vector<OrbitEdge>& edges, std::size_t generators) {
  std::sort(edges.begin(), edges.end(), [](const OrbitEdge& left, const OrbitEdge& right) {
    return left.generator != right.generator ? left.generator < right.generator : left.first < right.first;
  });
  std::vector<std::size_t> counts(generators);
  for (const OrbitEdge& edge : edges) ++counts[edge.generator];
  const OrbitEdge* edge = edges.data();
  for (const std::size_t count : counts) {
    add_pairs(plan, edge, edge + count);
    edge += count;
  }
  return counts;
}

}  // namespace

PlanePlan plan_planes(const PauliCircuit& circuit, const std::vector<PauliSum>& observables, std::size_t limit) {
  PlanePlan plan{PauliStringSet(circuit.qubits()), {}, {}, {}, {}, {}, {}, 0};
  PauliStringSet generators(circuit.qubits());
  for (const PauliStringRotation& rotation : circuit.rotations())
    plan.generator.push_back(generators.insert(rotation.string).first);
  for (const PauliSum& observable : observables)
    for (const PauliSum::Term& term : observable.terms) plan.basis.insert(term.string);
  std::vector<OrbitEdge> edges;
  close_under_brackets(plan.basis, generators, limit,
                       fmt::format("the orbit of {} observables under {} generators on {} qubits", observables.size(),
                                   generators.size(), circuit.qubits()),
                       &edges);
  sort_basis(plan.basis, edges);
  const std::vector<std::size_t> counts = set_pairs(plan, edges, generators.size());
  for (const std::uint32_t number : plan.generator) plan.turns += counts[number];
  require_memory(observables.size() * plan.basis.size() * sizeof(double), available_memory(),
                 "the observables over their orbit");
  for (const PauliSum& observable : observables) {
    std::vector<double>& weights = plan.observed.emplace_back(plan.basis.size());
    for (const PauliSum::Term& term : observable.terms) weights[*plan.basis.find(term.string)] += term.coefficient;
  }
  return plan;
}

}  // namespace tacit::quantum_sim
