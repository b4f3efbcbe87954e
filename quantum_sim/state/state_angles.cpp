#include "quantum_sim/state/state_angles.h"

#include <algorithm>
#include <cmath>

#include "quantum_sim/state/value_tables.h"
#include "quantum_sim/unit_vector.h"

namespace tacit::quantum_sim {
namespace {

double second_derivative(const Angle::Factor& factor, double value) {
  const double square = (1 - value) * (1 + value);
  return factor.function == Angle::Function::arccos ? -value / (square * std::sqrt(square)) : 0.0;
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
StateAngles<T>::StateAngles(const Circuit& circuit, const RotationForm& form, const StatePlan& plan)
    : circuit_(circuit),
      slots_(slots_of(form, plan)),
      checks_(circuit, slots_),
      values_(circuit.parameters() + circuit.inputs()),
      halves_(plan.rotations.size()),
      by_value_(values_.size()),
      amplitudes_(form.encoded_amplitudes),
      values_dot_(values_.size()),
      half_rates_(plan.rotations.size()),
      amplitude_rates_(form.encoded_amplitudes) {
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
  is_one_to_one_ = others_.empty() && linear_.size() == halves_.size();
  for (std::uint32_t index = 0; index < linear_.size(); ++index) {
    is_one_to_one_ &= linear_[index].rotation == index;
    scales_.push_back(linear_[index].scale);
    places_.push_back(linear_[index].value);
  }
  for (const Gate& gate : circuit.gates())
    for (const Angle& angle : gate.angles)
      for (const Angle::Factor& factor : angle.factors())
        has_functions_ |= factor.function != Angle::Function::identity;
}

template <class T>
std::size_t StateAngles<T>::place_of(const Angle::Factor& factor) const {
  return factor.index + (factor.source == Angle::Source::input ? circuit_.parameters() : 0);
}

template <class T>
void StateAngles<T>::evaluate(std::span<const T> parameters, std::span<const T> inputs, bool wants_derivatives) {
  const std::span<double> values(values_);
  bool is_finite = widen(parameters, values.first(parameters.size()));
  is_finite &= widen(inputs, values.subspan(parameters.size()));
  if (is_one_to_one_) {
    is_finite &= combine(offsets_, scales_, places_, values_, halves_);
  } else {
    std::copy(offsets_.begin(), offsets_.end(), halves_.begin());
    for (const Linear& term : linear_) halves_[term.rotation] += term.scale * values_[term.value];
    for (const Term& term : others_) halves_[term.rotation] += angle_of(term) / 2;
    is_finite &= all_finite(halves_);
  }
  // The checks take longer than all the rest, and only these can fail them.
  if (has_functions_ || !is_finite)
    checks_.require_valid(parameters, inputs, 1, wants_derivatives ? Derivatives::by_all : Derivatives::none);
  if (!amplitudes_.empty()) norm_ = normalise(inputs.first(amplitudes_.size()), std::nullopt, amplitudes_);
}

template <class T>
double StateAngles<T>::angle_of(const Term& term) const {
  const std::span<const double> values(values_);
  return value(term.term.angle, values.first(circuit_.parameters()), values.subspan(circuit_.parameters()));
}

template <class T>
void StateAngles<T>::write_gradients(std::span<const double> by_rotation, std::span<const double> by_amplitude,
                                     std::span<T> parameters, std::span<T> inputs) {
  std::fill(by_value_.begin(), by_value_.end(), 0.0);
  for (const Linear& term : linear_) by_value_[term.value] += 2 * term.scale * by_rotation[term.rotation];
  for (const Term& term : others_) add_gradient(term, by_rotation[term.rotation]);
  if (!amplitudes_.empty()) add_normalised_gradient(amplitudes_, norm_, by_amplitude, by_encoded_inputs());
  write_by_value(parameters, inputs);
}

template <class T>
void StateAngles<T>::write_by_value(std::span<T> parameters, std::span<T> inputs) const {
  for (std::size_t index = 0; index < parameters.size(); ++index) parameters[index] = static_cast<T>(by_value_[index]);
  for (std::size_t index = 0; index < inputs.size(); ++index)
    inputs[index] = static_cast<T>(by_value_[circuit_.parameters() + index]);
}

// The product rule over an angle's factors.
template <class T>
void StateAngles<T>::add_gradient(const Term& term, double gradient) {
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

template <class T>
void StateAngles<T>::evaluate_rates(std::span<const T> parameters_dot, std::span<const T> inputs_dot) {
  std::fill(values_dot_.begin(), values_dot_.end(), 0.0);
  std::copy(parameters_dot.begin(), parameters_dot.end(), values_dot_.begin());
  std::copy(inputs_dot.begin(), inputs_dot.end(),
            values_dot_.begin() + static_cast<std::ptrdiff_t>(circuit_.parameters()));
  std::fill(half_rates_.begin(), half_rates_.end(), 0.0);
  for (const Linear& term : linear_) half_rates_[term.rotation] += term.scale * values_dot_[term.value];
  std::fill(by_value_.begin(), by_value_.end(), 0.0);
  for (const Term& term : others_) {
    const std::span<const Angle::Factor> factors = term.term.angle.factors();
    add_gradient(term, 1);
    for (const Angle::Factor& factor : factors) {
      // One factor's source may be the other's too; each place is read once.
      half_rates_[term.rotation] += by_value_[place_of(factor)] * values_dot_[place_of(factor)] / 2;
      by_value_[place_of(factor)] = 0;
    }
  }
  if (amplitudes_.empty()) return;
  const auto encoded_dot = inputs_dot.empty() ? inputs_dot : inputs_dot.first(amplitudes_.size());
  norm_rate_ = move_normalised(amplitudes_, norm_, encoded_dot, amplitude_rates_);
}

template <class T>
void StateAngles<T>::write_gradient_rates(const Moving& by_rotation, const Moving& by_amplitude,
                                          std::span<T> parameters, std::span<T> inputs) {
  std::fill(by_value_.begin(), by_value_.end(), 0.0);
  for (const Linear& term : linear_) by_value_[term.value] += 2 * term.scale * by_rotation.rate[term.rotation];
  for (const Term& term : others_) {
    add_gradient(term, by_rotation.rate[term.rotation]);
    add_gradient_rate(term, by_rotation.value[term.rotation]);
  }
  if (!amplitudes_.empty())
    add_normalised_gradient_rate({amplitudes_, amplitude_rates_, norm_, norm_rate_}, by_amplitude.value,
                                 by_amplitude.rate, by_encoded_inputs());
  write_by_value(parameters, inputs);
}

// gradient times the rate of the angle's derivatives: of scale f(u) g(v), by u, scale (f'' u_dot g + f' g' v_dot).
template <class T>
void StateAngles<T>::add_gradient_rate(const Term& term, double gradient) {
  const std::span<const Angle::Factor> factors = term.term.angle.factors();
  const std::span<const double> values(values_);
  const auto parameters = values.first(circuit_.parameters()), inputs = values.subspan(circuit_.parameters());
  for (std::size_t one = 0; one < factors.size(); ++one) {
    const std::size_t place = place_of(factors[one]);
    double change = second_derivative(factors[one], values_[place]) * values_dot_[place];
    for (std::size_t other = 0; other < factors.size(); ++other) {
      if (other == one) continue;
      const std::size_t beside = place_of(factors[other]);
      change = change * value(factors[other], parameters, inputs) + derivative(factors[one], values_[place]) *
                                                                        derivative(factors[other], values_[beside]) *
                                                                        values_dot_[beside];
    }
    by_value_[place] += gradient * term.term.angle.scale * change;
  }
}

template <class T>
std::span<double> StateAngles<T>::by_encoded_inputs() {
  return std::span(by_value_).subspan(circuit_.parameters(), amplitudes_.size());
}

template class StateAngles<float>;
template class StateAngles<double>;

}  // namespace tacit::quantum_sim
