#include "quantum_sim/batch/scaled_rotations.h"

#include <algorithm>
#include <cmath>

namespace tacit::quantum_sim {
namespace {

// The square of a state's scale, at the end of a sweep back the fourth power, stays far inside the range of float.
constexpr double largest_scale = 1 << 14;

Pauli rotation_string(const Sweep& sweep) {
  return {sweep.flip, sweep.kind == Sweep::Kind::real ? sweep.role ^ sweep.sign : sweep.sign, 0};
}

Pauli phase_string(const Sweep& sweep) {
  return {0, sweep.role, 0};
}

double sign_behind(const Pauli& flips, const Pauli& pauli) {
  return commute(flips, pauli) ? 1.0 : -1.0;
}

}  // namespace

template <class T>
ScaledRotations<T>::ScaledRotations(const Program& program, const std::vector<CommutingLayer>& kept)
    : program_(program),
      kept_(kept),
      diagonals_(program),
      scales_(program.sweeps.size()),
      measured_sums_(program),
      scaled_(program.slots.size()),
      turns_control_(program.slots.size()),
      growth_(program.slots.size()),
      cosines_(program.slots.size()),
      sines_(program.slots.size()),
      signs_(program.slots.size()),
      gradient_factors_(program.slots.size()) {
  for (AlignedArray<T>* table : {&forward_, &backward_})
    table->ensure(program.slots.size() * coefficients_of_slot, "the table of a circuit's shared angles");
  measured_.ensure(program.measured.size(), "the table of a circuit's observables");
  find_turned_controls();
}

template <class T>
void ScaledRotations<T>::find_turned_controls() {
  std::vector<std::uint32_t> masks;  // of controls behind the sweep
  for (auto sweep = program_.sweeps.rbegin(); sweep != program_.sweeps.rend(); ++sweep) {
    const auto turns = [&](std::uint32_t mask) { return parity(sweep->flip & mask) != 0; };
    if (sweep->rotation_slot != no_slot)
      turns_control_[sweep->rotation_slot] = std::any_of(masks.begin(), masks.end(), turns);
    if (!sweep->is_controlled()) continue;
    for (const std::uint32_t mask : program_.controlled[sweep->controlled].masks)
      if (std::find(masks.begin(), masks.end(), mask) == masks.end()) masks.push_back(mask);
  }
}

template <class T>
void ScaledRotations<T>::update(std::span<const MovingAngle> angles) {
  plan_forward(angles);
  plan_backward();
  diagonals_.update(angles, signs_);
}

template <class T>
void ScaledRotations<T>::plan_forward(std::span<const MovingAngle> angles) {
  std::fill(scaled_.begin(), scaled_.end(), std::uint8_t{0});
  std::fill(growth_.begin(), growth_.end(), 1.0);
  scale_ = 1;
  Pauli flips;  // the factors -i P split off so far, up to a phase
  for (std::size_t place = 0; place < program_.sweeps.size(); ++place) {
    const Sweep& sweep = program_.sweeps[place];
    scales_[place] = scale_;
    if (sweep.kind == Sweep::Kind::diagonal)
      for (const Diagonal::Phase& phase : program_.diagonals[sweep.diagonal].phases)
        signs_[phase.slot] = sign_behind(flips, {0, phase.mask, 0});
    if (sweep.rotation_slot != no_slot) plan_rotation(sweep, angles[sweep.rotation_slot], flips);
    if (sweep.phase_slot == no_slot) continue;
    const MovingAngle& phase = angles[sweep.phase_slot];
    const double sign = signs_[sweep.phase_slot] = sign_behind(flips, phase_string(sweep));
    for (T* table : {forward_.get(), backward_.get()})
      write(table, sweep.phase_slot, phase.cosine, sign * phase.sine, sign * phase.rate);
  }
  for (std::size_t place = 0; place < program_.measured.size(); ++place) {
    const MeasuredTerm& term = program_.measured[place];
    measured_.get()[place] = static_cast<T>(term.coefficient * sign_behind(flips, {term.x, term.z, 0}));
  }
  measured_sums_.update(measured_.get());
  output_factor_ = static_cast<T>(1 / (scale_ * scale_));
}

template <class T>
void ScaledRotations<T>::plan_rotation(const Sweep& sweep, const MovingAngle& angle, Pauli& flips) {
  const std::uint32_t slot = sweep.rotation_slot;
  const Pauli pauli = rotation_string(sweep);
  const double sign = signs_[slot] = sign_behind(flips, pauli);
  const double rate = sign * angle.rate / 2;
  double cosine = angle.cosine, sine = sign * angle.sine;
  const bool turns = std::abs(cosine) < std::abs(sine);
  const bool in_full = sweep.grows || sweep.is_controlled() || program_.slots[slot].lane_slot != no_slot;
  if (in_full || (turns && turns_control_[slot])) {
    for (T* table : {forward_.get(), backward_.get()}) write(table, slot, cosine, sine, rate);
    return;
  }
  if (turns) {
    // (cos, sin) of (a - pi) / 2.
    std::swap(cosine, sine);
    sine = -sine;
    flips = flips * pauli;
  }
  if (cosine < 0) {  // a sign of the whole state
    cosine = -cosine;
    sine = -sine;
  }
  cosines_[slot] = cosine;
  sines_[slot] = sine;
  if (scale_ > largest_scale * cosine) {
    growth_[slot] = 0;
    write(forward_.get(), slot, cosine / scale_, sine / scale_, rate);
    scale_ = 1;
  } else {
    scaled_[slot] = 1;
    growth_[slot] = 1 / cosine;
    for (T* table : {forward_.get(), backward_.get()}) write(table, slot, 1, sine / cosine, rate);
    scale_ *= growth_[slot];
  }
}

// Goes on with the scale that the forward sweeps left.
template <class T>
void ScaledRotations<T>::plan_backward() {
  psi_scale_ = scale_;
  const auto set_factor = [this](std::uint32_t slot) {
    if (slot != no_slot) gradient_factors_[slot] = signs_[slot] / (psi_scale_ * scale_);
  };
  const auto set_factors = [&](const Sweep& sweep) {
    if (sweep.kind == Sweep::Kind::diagonal)
      for (const Diagonal::Phase& phase : program_.diagonals[sweep.diagonal].phases) set_factor(phase.slot);
    set_factor(sweep.rotation_slot);
    set_factor(sweep.phase_slot);
  };
  auto kept = kept_.rbegin();
  for (std::size_t place = program_.sweeps.size(); place-- > 0;) {
    if (kept == kept_.rend() || kept->end != place + 1) {
      set_factors(program_.sweeps[place]);
      undo_scale(place);
      continue;
    }
    // Where the rotations end, all their gradients; where they begin, the diagonal's with the state kept before.
    for (std::size_t sweep = kept->first_rotation; sweep < kept->end; ++sweep) set_factors(program_.sweeps[sweep]);
    for (std::size_t sweep = kept->end; sweep-- > kept->first_rotation;) undo_scale(sweep);
    place = kept->first_sweep;
    psi_scale_ = scales_[place];
    if (place < kept->first_rotation) set_factors(program_.sweeps[place]);
    ++kept;
  }
}

// Of a rotation undone on psi and lambda.
template <class T>
void ScaledRotations<T>::undo_scale(std::size_t place) {
  const std::uint32_t slot = program_.sweeps[place].rotation_slot;
  if (slot == no_slot) return;
  if (growth_[slot] == 0) {
    const double rate = static_cast<double>(forward_.get()[slot * coefficients_of_slot + 2]);
    write(backward_.get(), slot, cosines_[slot] / scale_, sines_[slot] / scale_, rate);
    psi_scale_ /= scale_;
    scale_ = 1;
  } else {
    psi_scale_ *= growth_[slot];
    scale_ *= growth_[slot];
  }
}

template <class T>
void ScaledRotations<T>::write(T* table, std::uint32_t slot, double cosine, double sine, double rate) const {
  T* place = table + slot * coefficients_of_slot;
  place[0] = static_cast<T>(cosine);
  place[1] = static_cast<T>(sine);
  place[2] = static_cast<T>(rate);
}

template class ScaledRotations<float>;
template class ScaledRotations<double>;

}  // namespace tacit::quantum_sim
