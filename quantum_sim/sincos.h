#pragma once

#include <span>

namespace tacit::quantum_sim {

/// sines[i] = sin(angles[i]), cosines[i] = cos(angles[i]), angles in radians; a vector of them at a time with the best
/// instruction set of this machine. The error is below two units in the last place for every finite angle, and an
/// element's result does not depend on its neighbours. Not finite in, NaN out. All three have one size, and results may
/// lie where the angles do.
void sine_and_cosine(std::span<const double> angles, std::span<double> sines, std::span<double> cosines) noexcept;

}  // namespace tacit::quantum_sim
