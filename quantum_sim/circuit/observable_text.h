#pragma once

#include <string>
#include <string_view>

#include "quantum_sim/circuit/observable.h"

namespace tacit::quantum_sim {

/// Reads a weighted sum of Pauli strings: "Z0", "X0*Y2", "0.5*Z0 - 2*Z1*Z2 + 1", letters I, X, Y, Z with the number of
/// their qubit. Blanks do not matter, nor the case of letters. Throws Error(usage) that names the place, from 1, and
/// what was expected there; also on a qubit above 62 or twice in a term.
Observable parse_observable(std::string_view text);

/// The same sum as text that parse_observable reads back to the same terms.
std::string to_text(const Observable& observable);

}  // namespace tacit::quantum_sim
