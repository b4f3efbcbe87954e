#include "quantum_sim/state/rotation_angles.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/error.h"

namespace tacit::quantum_sim {
namespace {

double derivative(const Angle::Factor& factor, double value) {
  return factor.function == Angle::Function::arccos ? -1 / std::sqrt(1 - value * value) : 1.0;
}

}  // namespace

RotationAngles::RotationAngles(const Circuit& circuit, const RotationForm& form, const StatePlan& plan)
    : circuit_(circuit),
      values_(circuit.parameters() + circuit.inputs()),
      halves_(plan.rotations.size()),
      by_value_(values_.size()) {
  for (std::uint32_t index = 0; index < plan.rotations.size(); ++index) {
    const PauliRotation& rotation = form.rotations[plan.rotations[index].source];
    offsets_.push_back(rotation.offset / 2);
    for (const AngleTerm& term : rotation.terms) {
      const Angle::Factor& factor = term.angle.factor_array[0];
      const bool is_linear =
          term.angle.factor_count == 1 && factor.function == Angle::Function::identity && factor.shift == 0;
      const bool is_input = factor.source == Angle::Source::input;
      const auto value = static_cast<std::uint32_t>(factor.index + (is_input ? circuit.parameters() : 0));
      terms_.push_back({index, term});
      if (is_linear)
        linear_.push_back({index, value, term.angle.scale / 2});
      else
        others_.push_back({index, term});
    }
  }
}

template <class T>
void RotationAngles::evaluate(std::span<const T> parameters, std::span<const T> inputs) {
  double* value = values_.data();
  for (const std::span<const T>& source : {parameters, inputs})
    for (const T given : source) *value++ = static_cast<double>(given);
  std::copy(offsets_.begin(), offsets_.end(), halves_.begin());
  for (const Linear& term : linear_) halves_[term.rotation] += term.scale * values_[term.value];
  for (const Term& term : others_) halves_[term.rotation] += angle_of(term) / 2;
  bool finite = true;
  for (const double half : halves_) finite &= std::abs(half) <= std::numeric_limits<double>::max();
  if (!finite) explain_not_finite();
}

double RotationAngles::angle_of(const Term& term) const {
  const std::span<const double> values(values_);
  return tacit::quantum_sim::value(term.term.angle, values.first(circuit_.parameters()),
                                   values.subspan(circuit_.parameters()));
}

void RotationAngles::explain_not_finite() const {
  for (const Term& term : terms_) {
    const double angle = angle_of(term);
    for (const Angle::Factor& factor : term.term.angle.factors()) {
      const bool is_input = factor.source == Angle::Source::input;
      const double given = values_[factor.index + (is_input ? circuit_.parameters() : 0)];
      if (!std::isfinite(given))
        fail(ErrorKind::usage, "{}: its angle must be finite, but {} {} is {}",
             describe(circuit_.gates()[term.term.gate], term.term.gate), is_input ? "input" : "parameter", factor.index,
             given);
      if (!std::isfinite(angle))
        fail(ErrorKind::usage, "{}: its angle must be finite, but is {} where {} {} is {}",
             describe(circuit_.gates()[term.term.gate], term.term.gate), angle, is_input ? "input" : "parameter",
             factor.index, given);
    }
  }
  fail(ErrorKind::usage, "a sum of angles of merged rotations is too large to be finite");
}

template <class T>
void RotationAngles::write_gradients(std::span<const double> by_rotation, std::span<T> parameters,
                                     std::span<T> inputs) {
  std::fill(by_value_.begin(), by_value_.end(), 0.0);
  for (const Linear& term : linear_) by_value_[term.value] += 2 * term.scale * by_rotation[term.rotation];
  for (const Term& term : others_) add_gradient(term, by_rotation[term.rotation]);
  for (std::size_t index = 0; index < parameters.size(); ++index) parameters[index] = static_cast<T>(by_value_[index]);
  for (std::size_t index = 0; index < inputs.size(); ++index)
    inputs[index] = static_cast<T>(by_value_[circuit_.parameters() + index]);
}

// The product rule over an angle's factors.
void RotationAngles::add_gradient(const Term& term, double gradient) {
  const std::span<const Angle::Factor> factors = term.term.angle.factors();
  const auto place = [&](const Angle::Factor& factor) {
    return factor.index + (factor.source == Angle::Source::input ? circuit_.parameters() : 0);
  };
  const std::span<const double> values(values_);
  const auto parameters = values.first(circuit_.parameters()), inputs = values.subspan(circuit_.parameters());
  for (std::size_t one = 0; one < factors.size(); ++one) {
    double change = term.term.angle.scale * derivative(factors[one], values_[place(factors[one])]);
    for (std::size_t other = 0; other < factors.size(); ++other)
      if (other != one) change *= tacit::quantum_sim::value(factors[other], parameters, inputs);
    by_value_[place(factors[one])] += gradient * change;
  }
}

template void RotationAngles::evaluate(std::span<const float>, std::span<const float>);
template void RotationAngles::evaluate(std::span<const double>, std::span<const double>);
template void RotationAngles::write_gradients(std::span<const double>, std::span<float>, std::span<float>);
template void RotationAngles::write_gradients(std::span<const double>, std::span<double>, std::span<double>);

}  // namespace tacit::quantum_sim
