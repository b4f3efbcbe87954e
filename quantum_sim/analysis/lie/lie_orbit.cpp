#include "quantum_sim/analysis/lie/lie_orbit.h"

#include "core/error.h"
#include "quantum_sim/analysis/lie/lie_anticommutation.h"
#include "quantum_sim/memory.h"

namespace tacit::quantum_sim {
namespace {

void require_within(const PauliStringSet& strings, std::size_t limit, const std::string& what, std::size_t done) {
  if (strings.size() > limit)
    fail(ErrorKind::resource,
         "{} has more than {} Pauli strings: the first {} were commuted with all generators, and {} are still to do; "
         "a higher max_dimension lets it go on",
         what, limit, done, strings.size() - done);
}

void add_edge(std::vector<OrbitEdge>& edges, const OrbitEdge& edge, const std::string& what) {
  constexpr std::size_t worth_asking = 1 << 20;
  if (edges.size() == edges.capacity() && edges.size() >= worth_asking)
    require_memory(2 * edges.size() * sizeof(OrbitEdge), available_memory(), "the action of generators on " + what);
  edges.push_back(edge);
}

}  // namespace

void close_under_brackets(PauliStringSet& strings, const PauliStringSet& generators, std::size_t limit,
                          const std::string& what, std::vector<OrbitEdge>* edges) {
  const AnticommutationTable table(generators);
  const std::size_t half = strings.half();
  std::vector<std::uint64_t> row(table.words()), member(2 * half), product(2 * half);
  require_within(strings, limit, what, 0);
  for (std::uint32_t number = 0; number < strings.size(); ++number) {
    // A copy: insertions move the strings.
    member.assign(strings.words(number), strings.words(number) + 2 * half);
    table.row(member.data(), row.data());
    for_each_bit(row.data(), row.size(), [&](std::size_t generator) {
      const bool negative = bracket_is_negative(generators.words(generator), member.data(), half, product.data());
      const auto [other, is_new] = strings.insert(product.data());
      if (is_new) require_within(strings, limit, what, number);
      // An edge to an earlier member was seen from there.
      if (edges && other > number) {
        const auto g = static_cast<std::uint32_t>(generator);
        add_edge(*edges, negative ? OrbitEdge{g, other, number} : OrbitEdge{g, number, other}, what);
      }
    });
  }
}

}  // namespace tacit::quantum_sim
