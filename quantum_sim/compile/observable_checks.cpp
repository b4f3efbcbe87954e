#include "quantum_sim/compile/observable_checks.h"

#include <bit>
#include <cmath>

#include "core/error.h"

namespace tacit::quantum_sim {

void require_valid_observables(const Circuit& circuit, const std::vector<Observable>& observables) {
  const std::uint64_t outside = ~((std::uint64_t{1} << circuit.qubits()) - 1);
  for (std::size_t output = 0; output < observables.size(); ++output) {
    for (std::size_t place = 0; place < observables[output].terms.size(); ++place) {
      const PauliTerm& term = observables[output].terms[place];
      const std::uint64_t bad = (term.x_mask | term.z_mask) & outside;
      if (bad)
        fail(ErrorKind::usage, "observable {}, term {}: qubit {} is out of range, the circuit has qubits 0 to {}",
             output, place, std::countr_zero(bad), circuit.qubits() - 1);
      if (!std::isfinite(term.coefficient))
        fail(ErrorKind::usage, "observable {}, term {}: its coefficient must be finite, not {}", output, place,
             term.coefficient);
    }
  }
}

}  // namespace tacit::quantum_sim
