#include "quantum_sim/circuit/angle_gradient.h"

#include <cmath>

#include "core/error.h"

namespace tacit::quantum_sim {
namespace {

double derivative(const Angle::Factor& factor, double at) {
  return factor.function == Angle::Function::arccos ? -1 / std::sqrt((1 - at) * (1 + at)) : 1.0;
}

}  // namespace

// The product rule over an angle's factors.
void add_angle_gradient(const Angle& angle, double gradient, std::span<const double> parameters,
                        std::span<const double> inputs, std::span<double> by_parameters, std::span<double> by_inputs,
                        const Gate& gate, std::size_t position) {
  for (const Angle::Factor& factor : angle.factors()) {
    const bool is_input = factor.source == Angle::Source::input;
    const std::span<double> result = is_input ? by_inputs : by_parameters;
    if (result.empty()) continue;
    double change = angle.scale * derivative(factor, (is_input ? inputs : parameters)[factor.index]);
    for (const Angle::Factor& other : angle.factors())
      if (&other != &factor) change *= value(other, parameters, inputs);
    if (!std::isfinite(change))
      fail(ErrorKind::usage, "{}: the derivative of its angle by {} {} is not finite", describe(gate, position),
           is_input ? "input" : "parameter", factor.index);
    result[factor.index] += gradient * change;
  }
}

}  // namespace tacit::quantum_sim
