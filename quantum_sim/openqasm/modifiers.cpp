#include "quantum_sim/openqasm/modifiers.h"

#include <cmath>
#include <utility>

#include "quantum_sim/circuit/circuit.h"
#include "quantum_sim/openqasm/limits.h"

namespace tacit::quantum_sim::openqasm {
namespace {

void multiply_power(Modifiers& result, const Modifier& modifier, const Scope& scope, const std::string& origin) {
  const double power = evaluate_constant(*modifier.argument, scope, origin);
  if (std::abs(power) > max_steps)
    refuse(origin, modifier.place, "this power repeats the gate more than {} times", max_steps);
  if (power == std::floor(power)) {
    const double product = static_cast<double>(result.repeats) * power;
    if (std::abs(product) > max_steps)
      refuse(origin, modifier.place, "this power repeats the gate more than {} times", max_steps);
    result.repeats = static_cast<std::int64_t>(product);
    return;
  }
  if (result.fraction || result.inverse || result.repeats != 1)
    refuse(origin, modifier.place, "a power that is not whole comes first, right before the gate");
  result.fraction = power;
}

}  // namespace

Modifiers evaluate_modifiers(const Statement& statement, const Scope& scope, const std::string& origin) {
  Modifiers result;
  // From the gate outwards.
  for (auto modifier = statement.modifiers.rbegin(); modifier != statement.modifiers.rend(); ++modifier) {
    switch (modifier->kind) {
      case Modifier::Kind::inverse:
        result.inverse = !result.inverse;
        break;
      case Modifier::Kind::power:
        multiply_power(result, *modifier, scope, origin);
        break;
      case Modifier::Kind::control:
      case Modifier::Kind::negative_control: {
        const std::int64_t count =
            modifier->argument ? evaluate_whole(*modifier->argument, scope, origin, 1, Circuit::max_qubits) : 1;
        result.negative.insert(result.negative.begin(), static_cast<std::size_t>(count),
                               modifier->kind == Modifier::Kind::negative_control);
        break;
      }
    }
  }
  return result;
}

Expansion fractional_power(const Statement& statement, const Expansion& expansion, double exponent,
                           const std::string& origin) {
  double phase = 0;
  bool is_constant = expansion.gates.size() == 1 && expansion.gates[0].targets.size() == 1;
  for (const Gate& gate : expansion.gates)
    for (const Angle& angle : gate.angles) is_constant = is_constant && angle.is_constant();
  for (const Angle& angle : expansion.phases) is_constant = is_constant && angle.is_constant(), phase += angle.offset;
  if (!is_constant)
    refuse(origin, statement.place,
           "a power that is not whole can be taken of standard gates on one qubit with constant angles only, not of "
           "'{}' here",
           statement.name);
  Gate gate = expansion.gates[0];
  const std::vector<std::uint32_t> controls = std::exchange(gate.controls, {});
  Gate result = power_of(gate, phase, exponent);
  result.controls = controls;
  return {{std::move(result)}, {}};
}

}  // namespace tacit::quantum_sim::openqasm
