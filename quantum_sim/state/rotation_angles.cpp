#include "quantum_sim/state/rotation_angles.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/error.h"

namespace tacit::quantum_sim {
namespace {

bool all_finite(std::span<const double> values) {
  bool finite = true;
  for (const double value : values) finite &= std::abs(value) <= std::numeric_limits<double>::max();
  return finite;
}

double derivative(const Angle::Factor& factor, double value) {
  return factor.function == Angle::Function::arccos ? -1 / std::sqrt((1 - value) * (1 + value)) : 1.0;
}

Program slots_of(const RotationForm& form, const StatePlan& plan) {
  Program program;
  for (const PlannedRotation& planned : plan.rotations) {
    const PauliRotation& rotation = form.rotations[planned.source];
    const auto first = static_cast<std::uint32_t>(program.terms.size());
    program.terms.insert(program.terms.end(), rotation.terms.begin(), rotation.terms.end());
    program.slots.push_back({rotation.offset, first, static_cast<std::uint32_t>(program.terms.size())});
  }
  return program;
}

}  // namespace

template <class T>
RotationAngles<T>::RotationAngles(const Circuit& circuit, const RotationForm& form, const StatePlan& plan)
    : circuit_(circuit),
      slots_(slots_of(form, plan)),
      checks_(circuit, slots_),
      values_(circuit.parameters() + circuit.inputs()),
      halves_(plan.rotations.size()),
      by_value_(values_.size()),
      amplitudes_(form.encoded_amplitudes) {
  for (std::uint32_t index = 0; index < plan.rotations.size(); ++index) {
    const PauliRotation& rotation = form.rotations[plan.rotations[index].source];
    offsets_.push_back(rotation.offset / 2);
    for (const AngleTerm& term : rotation.terms) {
      const Angle::Factor& factor = term.angle.factor_array[0];
      const bool is_linear =
          term.angle.factor_count == 1 && factor.function == Angle::Function::identity && factor.shift == 0;
      if (is_linear)
        linear_.push_back({index, static_cast<std::uint32_t>(place_of(factor)), term.angle.scale / 2});
      else
        others_.push_back({index, term});
    }
  }
  for (const Gate& gate : circuit.gates())
    for (const Angle& angle : gate.angles)
      for (const Angle::Factor& factor : angle.factors())
        has_functions_ |= factor.function != Angle::Function::identity;
}

template <class T>
std::size_t RotationAngles<T>::place_of(const Angle::Factor& factor) const {
  return factor.index + (factor.source == Angle::Source::input ? circuit_.parameters() : 0);
}

template <class T>
void RotationAngles<T>::evaluate(std::span<const T> parameters, std::span<const T> inputs, bool wants_derivatives) {
  double* value = values_.data();
  for (const std::span<const T>& source : {parameters, inputs})
    for (const T given : source) *value++ = static_cast<double>(given);
  std::copy(offsets_.begin(), offsets_.end(), halves_.begin());
  for (const Linear& term : linear_) halves_[term.rotation] += term.scale * values_[term.value];
  for (const Term& term : others_) halves_[term.rotation] += angle_of(term) / 2;
  // The checks take longer than all the rest, and only these can fail them.
  if (has_functions_ || !all_finite(values_) || !all_finite(halves_))
    checks_.require_valid(parameters, inputs, 1, wants_derivatives);
  if (!amplitudes_.empty()) normalise_amplitudes(inputs);
}

template <class T>
double RotationAngles<T>::angle_of(const Term& term) const {
  const std::span<const double> values(values_);
  return value(term.term.angle, values.first(circuit_.parameters()), values.subspan(circuit_.parameters()));
}

template <class T>
void RotationAngles<T>::normalise_amplitudes(std::span<const T> inputs) {
  double largest = 0;
  for (std::size_t index = 0; index < amplitudes_.size(); ++index) {
    const auto given = static_cast<double>(inputs[index]);
    if (!std::isfinite(given))
      fail(ErrorKind::usage, "amplitude encoding: its inputs must be finite, but input {} is {}", index, given);
    largest = std::max(largest, std::abs(given));
  }
  if (largest == 0)
    fail(ErrorKind::usage, "amplitude encoding: inputs 0 to {} are all zero, which is no state",
         amplitudes_.size() - 1);
  double squares = 0;
  for (std::size_t index = 0; index < amplitudes_.size(); ++index) {
    amplitudes_[index] = static_cast<double>(inputs[index]) / largest;
    squares += amplitudes_[index] * amplitudes_[index];
  }
  const double length = std::sqrt(squares);
  for (double& amplitude : amplitudes_) amplitude /= length;
  norm_ = length * largest;
}

template <class T>
void RotationAngles<T>::write_gradients(std::span<const double> by_rotation, std::span<const double> by_amplitude,
                                        std::span<T> parameters, std::span<T> inputs) {
  std::fill(by_value_.begin(), by_value_.end(), 0.0);
  for (const Linear& term : linear_) by_value_[term.value] += 2 * term.scale * by_rotation[term.rotation];
  for (const Term& term : others_) add_gradient(term, by_rotation[term.rotation]);
  if (!amplitudes_.empty()) add_amplitude_gradients(by_amplitude);
  for (std::size_t index = 0; index < parameters.size(); ++index) parameters[index] = static_cast<T>(by_value_[index]);
  for (std::size_t index = 0; index < inputs.size(); ++index)
    inputs[index] = static_cast<T>(by_value_[circuit_.parameters() + index]);
}

// The product rule over an angle's factors.
template <class T>
void RotationAngles<T>::add_gradient(const Term& term, double gradient) {
  const std::span<const Angle::Factor> factors = term.term.angle.factors();
  const std::span<const double> values(values_);
  const auto parameters = values.first(circuit_.parameters()), inputs = values.subspan(circuit_.parameters());
  for (std::size_t one = 0; one < factors.size(); ++one) {
    double change = term.term.angle.scale * derivative(factors[one], values_[place_of(factors[one])]);
    for (std::size_t other = 0; other < factors.size(); ++other)
      if (other != one) change *= value(factors[other], parameters, inputs);
    by_value_[place_of(factors[one])] += gradient * change;
  }
}

// Of a = x / ||x||: dE/dx = (dE/da - a (a . dE/da)) / ||x||.
template <class T>
void RotationAngles<T>::add_amplitude_gradients(std::span<const double> by_amplitude) {
  double along = 0;
  for (std::size_t index = 0; index < amplitudes_.size(); ++index) along += amplitudes_[index] * by_amplitude[index];
  for (std::size_t index = 0; index < amplitudes_.size(); ++index)
    by_value_[circuit_.parameters() + index] += (by_amplitude[index] - amplitudes_[index] * along) / norm_;
}

template class RotationAngles<float>;
template class RotationAngles<double>;

}  // namespace tacit::quantum_sim
