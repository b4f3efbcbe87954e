#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "quantum_sim/circuit/circuit.h"

namespace tacit::quantum_sim {

/// The circuit as one SVG document without anything outside it, on a transparent ground, in colours that are readable
/// on light and dark pages: boxes that read inputs in one colour, parameters in another, both in a third, constants
/// grey. Drawings wider than `width` pixels go on below. Names and errors as in draw_text.h.
std::string draw_svg(const Circuit& circuit, std::size_t width = 1200, const std::vector<std::string>& names = {});

}  // namespace tacit::quantum_sim
