#pragma once

#include <optional>

#include "quantum_sim/circuit/angle.h"

namespace tacit::quantum_sim::openqasm {

// Arithmetic on angles as values: nothing where the result is no offset + scale * f_1 * f_2, the form an Angle has.

/// Also of terms that share a factor: theta x + theta = theta (x + 1).
std::optional<Angle> sum(const Angle& left, const Angle& right);
std::optional<Angle> product(const Angle& left, const Angle& right);
Angle times(const Angle& angle, double factor);
/// arccos of a parameter or an input alone; of a constant in [-1, 1].
std::optional<Angle> arccos_of(const Angle& angle);

}  // namespace tacit::quantum_sim::openqasm
