#include "quantum_sim/circuit/angle.h"

#include <algorithm>
#include <cmath>

namespace tacit::quantum_sim {

bool Angle::reads(Source source) const noexcept {
  return count(source) > 0;
}

std::size_t Angle::count(Source source) const noexcept {
  std::size_t highest = 0;
  for (const Factor& factor : factors())
    if (factor.source == source) highest = std::max(highest, std::size_t{factor.index} + 1);
  return highest;
}

Angle scaled(Angle angle, double factor) noexcept {
  angle.offset *= factor;
  angle.scale *= factor;
  return angle;
}

double value(const Angle::Factor& factor, std::span<const double> parameters, std::span<const double> inputs) noexcept {
  const double source = (factor.source == Angle::Source::input ? inputs : parameters)[factor.index];
  return (factor.function == Angle::Function::arccos ? std::acos(source) : source) + factor.shift;
}

double value(const Angle& angle, std::span<const double> parameters, std::span<const double> inputs) noexcept {
  if (angle.is_constant()) return angle.offset;
  double product = angle.scale;
  for (const Angle::Factor& factor : angle.factors()) product *= value(factor, parameters, inputs);
  return angle.offset + product;
}

}  // namespace tacit::quantum_sim
