#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "quantum_sim/openqasm/scope.h"
#include "quantum_sim/openqasm/standard_gates.h"
#include "quantum_sim/openqasm/syntax.h"

namespace tacit::quantum_sim::openqasm {

/// The modifiers of one call, taken together. Inverse, whole powers and controls may change places.
struct Modifiers {
  std::vector<bool> negative;  ///< for every control, in the order of operands
  bool inverse = false;
  std::int64_t repeats = 1;
  std::optional<double> fraction;  ///< a power that is not whole, applied before everything else
};

/// Throws Error(data) on a power that repeats the gate too often, and on one that is not whole anywhere but right
/// before the gate.
Modifiers evaluate_modifiers(const Statement& statement, const Scope& scope, const std::string& origin);

/// The power of the standard gate that `statement` calls. Throws Error(data) unless it is on one qubit, with constant
/// angles.
Expansion fractional_power(const Statement& statement, const Expansion& expansion, double exponent,
                           const std::string& origin);

}  // namespace tacit::quantum_sim::openqasm
