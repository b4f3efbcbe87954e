#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "quantum_sim/analysis/lie/pauli_string_set.h"

namespace tacit::quantum_sim {

/// Generator P takes string `first` to string `second`: B_second = + i [P, B_first] / 2. Then it takes `second` back to
/// minus `first`, so the order of the two holds the sign.
struct OrbitEdge {
  std::uint32_t generator, first, second;
};

/// Extends `strings` until it is closed: for every generator P and member B that anticommute, the string of i [P, B] /
/// 2 is a member. Started from the generators it is their dynamical Lie algebra (nested brackets of generators span
/// it); started from other strings, the smallest set around them that the algebra maps into itself.
///
/// Breadth-first, one hash look-up an edge. Writes each edge once if `edges` is given. Throws Error(resource) that says
/// how far it got, in terms of `what`, as soon as there are more than `limit` strings.
void close_under_brackets(PauliStringSet& strings, const PauliStringSet& generators, std::size_t limit,
                          const std::string& what, std::vector<OrbitEdge>* edges = nullptr);

}  // namespace tacit::quantum_sim
