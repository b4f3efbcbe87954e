#include "quantum_sim/analysis/feature.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "quantum_sim/circuit/value_checks.h"
#include "quantum_sim/gradients/parameters_as_inputs.h"
#include "quantum_sim/gradients/rotation_slopes.h"
#include "quantum_sim/gradients/visible_rotations.h"

namespace tacit::quantum_sim::analysis {
namespace {

bool reads_input(const Angle::Factor& factor, std::size_t input) {
  return factor.source == Angle::Source::input && factor.index == input;
}

struct Uses {
  bool identity = false, arccos = false, squared = false;
};

Uses uses_of(const std::vector<PauliRotation>& rotations, std::size_t input) {
  Uses uses;
  for (const PauliRotation& rotation : rotations)
    for (const AngleTerm& term : rotation.terms) {
      const auto factors = term.angle.factors();
      const auto readers = std::count_if(factors.begin(), factors.end(),
                                         [&](const Angle::Factor& factor) { return reads_input(factor, input); });
      uses.squared = uses.squared || readers > 1;
      for (const Angle::Factor& factor : factors)
        if (reads_input(factor, input))
          (factor.function == Angle::Function::arccos ? uses.arccos : uses.identity) = true;
    }
  return uses;
}

Feature classified(const Circuit& circuit, const Uses& uses, std::size_t input) {
  if (input < circuit.encoded_amplitudes())
    return {Variable::not_fourier, "the input is an amplitude of the initial state", circuit, {}, {}, 0};
  if (uses.squared) return {Variable::not_fourier, "an angle has the input times itself", circuit, {}, {}, 0};
  if (uses.arccos && uses.identity)
    return {Variable::not_fourier, "angles have both the input and its arccos", circuit, {}, {}, 0};
  if (uses.arccos) return {Variable::arccos, "", circuit, {}, {}, 0};
  return {uses.identity ? Variable::identity : Variable::none, "", circuit, {}, {}, 0};
}

}  // namespace

Circuit with_arccos_as_variable(const Circuit& circuit, const std::vector<bool>& as_variable) {
  return with_angles(circuit, [&](Angle angle) {
    for (std::uint32_t place = 0; place < angle.factor_count; ++place) {
      Angle::Factor& factor = angle.factor_array[place];
      if (factor.source == Angle::Source::input && as_variable[factor.index])
        factor.function = Angle::Function::identity;
    }
    return angle;
  });
}

Feature feature_of(const Circuit& circuit, const Observable& observable, std::size_t input,
                   std::span<const double> parameters, std::span<const double> inputs) {
  RotationForm form = visible_rotations(circuit, {observable});
  Feature feature = classified(circuit, uses_of(form.rotations, input), input);
  if (feature.variable == Variable::none || feature.variable == Variable::not_fourier) return feature;
  if (feature.variable == Variable::arccos) {
    std::vector<bool> as_variable(circuit.inputs());
    as_variable[input] = true;
    feature.circuit = with_arccos_as_variable(circuit, as_variable);
    form = visible_rotations(feature.circuit, {observable});
  }
  feature.rotations = std::move(form.rotations);
  // Affine by the classification. A slope of zero is a term that cancels or is multiplied by zero here.
  const AngleVariable variable{Angle::Source::input, input};
  feature.gaps = *variable_gaps(feature.rotations, variable, parameters, inputs);
  feature.readers = static_cast<std::size_t>(std::count_if(
      feature.rotations.begin(), feature.rotations.end(),
      [&](const PauliRotation& rotation) { return *slope(rotation, variable, parameters, inputs) != 0; }));
  if (feature.gaps.empty()) feature.variable = Variable::none;
  return feature;
}

std::vector<double> base_point(const Circuit& circuit, std::span<const double> parameters,
                               const std::vector<double>& inputs) {
  std::vector<double> point = inputs.empty() ? std::vector<double>(circuit.inputs()) : inputs;
  require_finite_values(circuit, parameters, point);
  for (std::size_t position = 0; position < circuit.gates().size(); ++position)
    for (const Angle& angle : circuit.gates()[position].angles)
      for (const Angle::Factor& factor : angle.factors()) {
        const double value =
            (factor.source == Angle::Source::input ? std::span<const double>(point) : parameters)[factor.index];
        if (factor.function == Angle::Function::arccos && !(std::abs(value) <= 1))
          fail(ErrorKind::usage, "{}: it takes the arccos of {} {}, which is {} and must lie in [-1, 1]",
               describe(circuit.gates()[position], position),
               factor.source == Angle::Source::input ? "input" : "parameter", factor.index, value);
      }
  return point;
}

}  // namespace tacit::quantum_sim::analysis
