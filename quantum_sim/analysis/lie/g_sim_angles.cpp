#include "quantum_sim/analysis/lie/g_sim_angles.h"

#include <cmath>

#include "core/error.h"

namespace tacit::quantum_sim {

GSimAngles::GSimAngles(const PauliCircuit& circuit)
    : circuit_(circuit), cosine_(circuit.rotations().size()), sine_(circuit.rotations().size()) {}

void GSimAngles::set(std::span<const double> parameters, std::span<const double> inputs) {
  for (std::size_t place = 0; place < cosine_.size(); ++place) {
    const PauliStringRotation& rotation = circuit_.rotations()[place];
    double angle = rotation.offset;
    for (const AngleTerm& term : rotation.terms) {
      const double part = value(term.angle, parameters, inputs);
      if (!std::isfinite(part))
        fail(ErrorKind::usage, "rotation {} (from gate {}): its angle must be finite, but is {}", place, term.gate,
             part);
      angle += part;
    }
    cosine_[place] = std::cos(angle);
    sine_[place] = std::sin(angle);
  }
}

double GSimAngles::derivative(const Angle& angle, std::size_t factor, std::span<const double> parameters,
                              std::span<const double> inputs) noexcept {
  double result = angle.scale;
  for (std::size_t place = 0; place < angle.factor_count; ++place)
    if (place != factor) result *= value(angle.factor_array[place], parameters, inputs);
  const Angle::Factor& by = angle.factor_array[factor];
  if (by.function == Angle::Function::arccos) {
    const double source = by.source == Angle::Source::parameter ? parameters[by.index] : inputs[by.index];
    result *= -1 / std::sqrt(1 - source * source);
  }
  return result;
}

void GSimAngles::add_gradient(const double* rate, std::span<const double> parameters, std::span<const double> inputs,
                              std::span<double> gradient_parameters, std::span<double> gradient_inputs) const noexcept {
  for (std::size_t rotation = 0; rotation < cosine_.size(); ++rotation)
    for (const AngleTerm& term : circuit_.rotations()[rotation].terms)
      for (std::size_t place = 0; place < term.angle.factor_count; ++place) {
        const Angle::Factor& by = term.angle.factor_array[place];
        const std::span<double> gradient =
            by.source == Angle::Source::parameter ? gradient_parameters : gradient_inputs;
        if (!gradient.empty()) gradient[by.index] += rate[rotation] * derivative(term.angle, place, parameters, inputs);
      }
}

}  // namespace tacit::quantum_sim
