#include "quantum_sim/analysis/g_sim_plan.h"

#include <algorithm>

#include "quantum_sim/analysis/lie_orbit.h"
#include "quantum_sim/memory.h"

namespace tacit::quantum_sim {
namespace {

// Counting sort by generator; edges of one generator stay in order.
void set_pairs(PlanePlan& plan, std::vector<OrbitEdge>& edges, std::size_t generators) {
  plan.begin.assign(generators + 1, 0);
  for (const OrbitEdge& edge : edges) ++plan.begin[edge.generator + 1];
  for (std::size_t generator = 0; generator < generators; ++generator)
    plan.begin[generator + 1] += plan.begin[generator];
  plan.pairs.resize(edges.size());
  std::vector<std::size_t> next(plan.begin.begin(), plan.begin.end() - 1);
  for (const OrbitEdge& edge : edges) plan.pairs[next[edge.generator]++] = {edge.first, edge.second};
}

}  // namespace

std::size_t PlanePlan::turns() const noexcept {
  std::size_t sum = 0;
  for (const std::uint32_t number : generator) sum += begin[number + 1] - begin[number];
  return sum;
}

PlanePlan plan_planes(const PauliCircuit& circuit, const std::vector<PauliSum>& observables, std::size_t limit) {
  PlanePlan plan{PauliStringSet(circuit.qubits()), {}, {}, {}, {}};
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
  set_pairs(plan, edges, generators.size());
  require_memory(observables.size() * plan.basis.size() * sizeof(double), available_memory(),
                 "the observables over their orbit");
  for (const PauliSum& observable : observables) {
    std::vector<double>& weights = plan.observed.emplace_back(plan.basis.size());
    for (const PauliSum::Term& term : observable.terms) weights[*plan.basis.find(term.string)] += term.coefficient;
  }
  return plan;
}

}  // namespace tacit::quantum_sim
