#pragma once

#include <cstddef>
#include <span>

#include "quantum_sim/circuit/gate.h"

namespace tacit::quantum_sim {

/// Adds gradient * d angle / d v for every parameter and input v of an angle, at the values of one sample:
/// by_parameters [P], by_inputs [I]; one that is empty is left out. Throws Error(usage) that names the gate at
/// `position` where the derivative is infinite: of arccos at -1 and 1.
void add_angle_gradient(const Angle& angle, double gradient, std::span<const double> parameters,
                        std::span<const double> inputs, std::span<double> by_parameters, std::span<double> by_inputs,
                        const Gate& gate, std::size_t position);

}  // namespace tacit::quantum_sim
