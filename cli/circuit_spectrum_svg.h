#pragma once

#include <string>

#include "quantum_sim/analysis/spectrum.h"

namespace tacit::cli {

/// One panel an output and input, the magnitudes of its Fourier coefficients as bars over their frequencies; at most
/// 24 panels. Self-contained, readable on light and dark pages.
std::string spectrum_svg(const quantum_sim::analysis::Spectrum& spectrum);

}  // namespace tacit::cli
