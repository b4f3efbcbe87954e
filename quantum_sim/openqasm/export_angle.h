#pragma once

#include <string>

#include "quantum_sim/circuit/angle.h"

namespace tacit::quantum_sim::openqasm {

/// The shortest decimal number that reads back to the same bits.
std::string number_text(double value);

/// "0.5 + 2*theta[3]", "(inputs[0] + 1)*(inputs[1] + 1)", "2*arccos(inputs[0])"; every operation in the order in which
/// reading it back gives the same angle, bit by bit.
std::string angle_text(const Angle& angle);

}  // namespace tacit::quantum_sim::openqasm
