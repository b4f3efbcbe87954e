#include "quantum_sim/batch/angles.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "quantum_sim/circuit/gate.h"

namespace tacit::quantum_sim {
namespace {

constexpr std::uint32_t no_gate = no_slot;

std::vector<std::uint32_t> first_gates(const Circuit& circuit, Angle::Source source, std::size_t count) {
  std::vector<std::uint32_t> gates(count, no_gate);
  for (std::uint32_t position = 0; position < circuit.gates().size(); ++position) {
    for (const Angle& angle : circuit.gates()[position].angles)
      for (const Angle::Factor& factor : angle.factors())
        if (factor.source == source && gates[factor.index] == no_gate) gates[factor.index] = position;
  }
  return gates;
}

// Writes the coefficients of one sample's angle.
template <class T>
void write_coefficients(const Slot& slot, double angle, double rate, T* place) {
  const double part = slot.is_phase ? 1.0 : 0.5;
  place[0] = static_cast<T>(std::cos(part * angle));
  place[tile_width<T>] = static_cast<T>(std::sin(part * angle));
  place[2 * tile_width<T>] = static_cast<T>(part * rate);
}

}  // namespace

template <class T>
Angles<T>::Angles(const Circuit& circuit, const Program& program)
    : circuit_(circuit),
      program_(program),
      parameter_gates_(first_gates(circuit, Angle::Source::parameter, circuit.parameters())),
      input_gates_(first_gates(circuit, Angle::Source::input, circuit.inputs())),
      shared_sums_(program.slots.size()),
      largest_inputs_(circuit.inputs()),
      shared_(program) {
  for (std::uint32_t index = 0; index < program.slots.size(); ++index)
    if (program.slots[index].lane_slot != no_slot) input_slots_.push_back(index);
  lanes_.ensure(program.lane_slots * coefficients_of_slot * tile_width<T>, "the table of a circuit's input angles");
}

template <class T>
void Angles<T>::begin(std::span<const T> parameters, std::span<const T> parameters_dot, std::span<const T> inputs,
                      std::span<const T> inputs_dot, std::size_t batch) {
  parameters_ = parameters;
  parameters_dot_ = parameters_dot;
  inputs_ = inputs;
  inputs_dot_ = inputs_dot;
  require_finite(batch);
  for (std::size_t index = 0; index < program_.slots.size(); ++index) {
    const Slot& slot = program_.slots[index];
    shared_sums_[index] = shared_part(slot);
    require_no_overflow(slot, shared_sums_[index]);
  }
  shared_.update(shared_sums_);
}

template <class T>
void Angles<T>::load_tile(std::size_t first, std::size_t count) {
  for (const std::uint32_t index : input_slots_) {
    const Slot& slot = program_.slots[index];
    const double sign = shared_.signs()[index];
    T* place = lanes_.get() + slot.lane_slot * coefficients_of_slot * tile_width<T>;
    for (std::size_t lane = 0; lane < tile_width<T>; ++lane) {
      const MovingAngle sum = lane < count ? with_inputs(slot, shared_sums_[index], first + lane) : MovingAngle{0, 0};
      write_coefficients<T>(slot, sign * sum.angle, sign * sum.rate, place + lane);
    }
  }
}

// All used values before any work, so that a bad one leaves the results untouched.
template <class T>
void Angles<T>::require_finite(std::size_t batch) {
  for (std::size_t index = 0; index < parameters_.size(); ++index) {
    if (parameter_gates_[index] != no_gate && !std::isfinite(parameters_[index]))
      fail(ErrorKind::usage, "{}: its angle must be finite, but parameter {} is {}",
           describe(circuit_.gates()[parameter_gates_[index]], parameter_gates_[index]), index, parameters_[index]);
  }
  std::fill(largest_inputs_.begin(), largest_inputs_.end(), 0.0);
  for (std::size_t sample = 0, place = 0; sample < batch; ++sample) {
    for (std::size_t index = 0; index < input_gates_.size(); ++index, ++place) {
      if (input_gates_[index] != no_gate && !std::isfinite(inputs_[place]))
        fail(ErrorKind::usage, "{}: its angle must be finite, but input {} of sample {} is {}",
             describe(circuit_.gates()[input_gates_[index]], input_gates_[index]), index, sample, inputs_[place]);
      largest_inputs_[index] = std::max(largest_inputs_[index], std::abs(static_cast<double>(inputs_[place])));
    }
  }
}

// Finite values can still overflow when scaled; bounded here for all samples at once.
template <class T>
void Angles<T>::require_no_overflow(const Slot& slot, const MovingAngle& shared) const {
  double bound = std::abs(shared.angle);
  for (std::uint32_t place = slot.first_term; place < slot.end_term; ++place) {
    const AngleTerm& term = program_.terms[place];
    const Angle::Factor& factor = term.angle.factor_array[0];
    const double scale = term.angle.scale;
    const bool is_input = factor.source == Angle::Source::input;
    const double value = is_input ? largest_inputs_[factor.index] : static_cast<double>(parameters_[factor.index]);
    if (is_input) bound += std::abs(scale) * value;
    if (!std::isfinite(bound) || !std::isfinite(scale * value))
      fail(ErrorKind::usage, "{}: its angle must be finite, but {} {} reaches {}, and {} times that is too large",
           describe(circuit_.gates()[term.gate], term.gate), is_input ? "input" : "parameter", factor.index, value,
           scale);
  }
}

template <class T>
MovingAngle Angles<T>::shared_part(const Slot& slot) const {
  MovingAngle sum{slot.offset, 0};
  for (std::uint32_t place = slot.first_term; place < slot.end_term; ++place) {
    const AngleTerm& term = program_.terms[place];
    const Angle::Factor& factor = term.angle.factor_array[0];
    if (factor.source != Angle::Source::parameter) continue;
    sum.angle += term.angle.scale * static_cast<double>(parameters_[factor.index]);
    if (!parameters_dot_.empty()) sum.rate += term.angle.scale * static_cast<double>(parameters_dot_[factor.index]);
  }
  return sum;
}

template <class T>
MovingAngle Angles<T>::with_inputs(const Slot& slot, MovingAngle sum, std::size_t sample) const {
  const std::size_t row = sample * circuit_.inputs();
  for (std::uint32_t place = slot.first_term; place < slot.end_term; ++place) {
    const AngleTerm& term = program_.terms[place];
    const Angle::Factor& factor = term.angle.factor_array[0];
    if (factor.source != Angle::Source::input) continue;
    sum.angle += term.angle.scale * static_cast<double>(inputs_[row + factor.index]);
    if (!inputs_dot_.empty()) sum.rate += term.angle.scale * static_cast<double>(inputs_dot_[row + factor.index]);
  }
  return sum;
}

template class Angles<float>;
template class Angles<double>;

}  // namespace tacit::quantum_sim
