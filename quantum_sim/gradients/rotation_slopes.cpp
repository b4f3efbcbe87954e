#include "quantum_sim/gradients/rotation_slopes.h"

#include <cmath>

#include "core/error.h"
#include "quantum_sim/circuit/value_checks.h"
#include "quantum_sim/gradients/generator_groups.h"
#include "quantum_sim/gradients/visible_rotations.h"

namespace tacit::quantum_sim {
namespace {

bool reads(const Angle::Factor& factor, const AngleVariable& variable) {
  return factor.source == variable.source && factor.index == variable.index;
}

// Product of the factors, the one at `skipped` left out.
double other_factors(const Angle& angle, std::size_t skipped, std::span<const double> parameters,
                     std::span<const double> inputs) {
  double product = angle.scale;
  for (std::size_t place = 0; place < angle.factors().size(); ++place)
    if (place != skipped) product *= value(angle.factors()[place], parameters, inputs);
  return product;
}

double factor_derivative(const Angle::Factor& factor, double variable) {
  return factor.function == Angle::Function::arccos ? -1 / std::sqrt(1 - variable * variable) : 1;
}

}  // namespace

std::optional<double> slope(const PauliRotation& rotation, const AngleVariable& variable,
                            std::span<const double> parameters, std::span<const double> inputs) {
  double sum = 0;
  for (const AngleTerm& term : rotation.terms) {
    std::size_t readers = 0;
    for (std::size_t place = 0; place < term.angle.factors().size(); ++place) {
      const Angle::Factor& factor = term.angle.factors()[place];
      if (!reads(factor, variable)) continue;
      if (factor.function != Angle::Function::identity || ++readers > 1) return std::nullopt;
      sum += other_factors(term.angle, place, parameters, inputs);
    }
  }
  return sum;
}

double derivative(const PauliRotation& rotation, const AngleVariable& variable, std::span<const double> parameters,
                  std::span<const double> inputs) {
  const double at = (variable.source == Angle::Source::input ? inputs : parameters)[variable.index];
  double sum = 0;
  for (const AngleTerm& term : rotation.terms)
    for (std::size_t place = 0; place < term.angle.factors().size(); ++place)
      if (const Angle::Factor& factor = term.angle.factors()[place]; reads(factor, variable))
        sum += factor_derivative(factor, at) * other_factors(term.angle, place, parameters, inputs);
  return sum;
}

double angle_of(const PauliRotation& rotation, std::span<const double> parameters, std::span<const double> inputs) {
  double angle = rotation.offset;
  for (const AngleTerm& term : rotation.terms) angle += value(term.angle, parameters, inputs);
  return angle;
}

double finite_angle_of(const Circuit& circuit, const PauliRotation& rotation, std::span<const double> parameters,
                       std::span<const double> inputs) {
  const double angle = angle_of(rotation, parameters, inputs);
  if (!std::isfinite(angle))
    fail(ErrorKind::usage, "{}: its angle is {}, expected a finite number",
         describe(circuit.gates()[rotation.gate], rotation.gate), angle);
  return angle;
}

std::optional<std::vector<std::vector<double>>> variable_gaps(const std::vector<PauliRotation>& rotations,
                                                              const AngleVariable& variable,
                                                              std::span<const double> parameters,
                                                              std::span<const double> inputs) {
  std::vector<double> slopes;
  std::vector<bool> reads;
  for (const PauliRotation& rotation : rotations) {
    const std::optional<double> rate = slope(rotation, variable, parameters, inputs);
    if (!rate) return std::nullopt;
    slopes.push_back(*rate);
    reads.push_back(*rate != 0);
  }
  std::vector<std::vector<double>> gaps;
  for (const GeneratorGroup& group : generator_groups(rotations, reads)) gaps.push_back(group_gaps(group, slopes));
  return gaps;
}

std::vector<FrequencySet> parameter_frequencies(const Circuit& circuit, const std::vector<Observable>& observables,
                                                std::span<const double> parameters, std::span<const double> inputs) {
  require_finite_values(circuit, parameters, inputs);
  const std::vector<PauliRotation> rotations = visible_rotations(circuit, observables).rotations;
  std::vector<FrequencySet> sets;
  for (std::size_t index = 0; index < parameters.size(); ++index) {
    const auto gaps = variable_gaps(rotations, {Angle::Source::parameter, index}, parameters, inputs);
    if (!gaps)
      fail(ErrorKind::usage,
           "parameter {}: an angle is not affine in it (it stands under an arccos or is multiplied by itself), so it "
           "has no frequencies",
           index);
    sets.push_back(sums_of_gaps(*gaps));
  }
  return sets;
}

}  // namespace tacit::quantum_sim
