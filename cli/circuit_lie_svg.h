#pragma once

#include <string>

#include "quantum_sim/analysis/lie/lie_algebra.h"

namespace tacit::cli {

inline constexpr std::size_t most_drawn_generators = 60;

/// The generators on a circle, joined where they do not commute (Pauli strings: where they anticommute), and coloured
/// by what each of the graph's components generates: an ideal of the Lie algebra, its name below. Self-contained,
/// readable on light and dark pages. Throws Error(usage) on more than most_drawn_generators.
std::string lie_svg(const quantum_sim::LieAlgebra& algebra);

}  // namespace tacit::cli
