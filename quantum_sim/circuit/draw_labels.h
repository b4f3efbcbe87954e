#pragma once

#include <string>

#include "quantum_sim/circuit/gate.h"

namespace tacit::quantum_sim {

/// How drawings and explanations spell angles.
enum class Spelling {
  plain,   ///< "2*theta_3 + pi/2", "arccos(x_0)"
  symbols  ///< the same with Greek letters, subscripts and a dot for times
};

/// A number: multiples of pi with small denominators as such ("pi", "-3*pi/4"), others with four digits.
std::string constant_label(double value, Spelling spelling = Spelling::plain);
std::string angle_label(const Angle& angle, Spelling spelling = Spelling::plain);
/// "(a)", "(a, b, c)"; empty without angles.
std::string angles_label(const Gate& gate, Spelling spelling = Spelling::plain);

}  // namespace tacit::quantum_sim
