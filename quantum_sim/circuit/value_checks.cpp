#include "quantum_sim/circuit/value_checks.h"

#include <cmath>

#include "core/error.h"

namespace tacit::quantum_sim {
namespace {

void require_finite(const char* what, std::span<const double> values) {
  for (std::size_t place = 0; place < values.size(); ++place)
    if (!std::isfinite(values[place]))
      fail(ErrorKind::usage, "{}: value {} is {}, expected a finite number", what, place, values[place]);
}

}  // namespace

void require_values(const Circuit& circuit, std::span<const double> parameters, std::span<const double> inputs) {
  if (parameters.size() != circuit.parameters())
    fail(ErrorKind::usage, "parameters: expected {} values, got {}", circuit.parameters(), parameters.size());
  if (inputs.size() != circuit.inputs())
    fail(ErrorKind::usage, "inputs: expected {} values of one sample, got {}", circuit.inputs(), inputs.size());
}

void require_finite_values(const Circuit& circuit, std::span<const double> parameters, std::span<const double> inputs) {
  require_values(circuit, parameters, inputs);
  require_finite("parameters", parameters);
  require_finite("inputs", inputs);
}

}  // namespace tacit::quantum_sim
