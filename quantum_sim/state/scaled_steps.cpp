#include "quantum_sim/state/scaled_steps.h"

#include <utility>

#include "quantum_sim/circuit/pauli.h"
#include "quantum_sim/sincos.h"
#include "quantum_sim/state/half_tangents.h"

namespace tacit::quantum_sim {
namespace {

constexpr double with_sign[2] = {1, -1};

}  // namespace

template <class T>
ScaledSteps<T>::ScaledSteps(const StatePlan& plan)
    : plan_(plan),
      shifts_(plan.rotations.size()),
      forward_gains_(plan.passes.size()),
      backward_gains_(plan.passes.size()),
      splits_(plan.rotations.size()),
      raw_(plan.rotations.size()),
      growth_(plan.rotations.size()),
      signs_(plan.rotations.size()),
      gradient_factors_(plan.rotations.size()),
      measured_(plan.measured.size()) {
  for (AlignedArray<T>* table : {&tangents_, &rates_, &cosines_})
    table->ensure(plan.rotations.size(), "the table of a circuit's angles");
  for (std::size_t index = 0; index < plan.rotations.size(); ++index)
    if (plan.rotations[index].is_controlled()) controlled_.push_back(index);
  for (std::vector<double>* table : {&controlled_halves_, &controlled_sines_, &controlled_cosines_})
    table->resize(controlled_.size());
  move_factors();
}

template <class T>
void ScaledSteps<T>::keep_cosines(std::span<const double> halves) {
  for (std::size_t place = 0; place < controlled_.size(); ++place)
    controlled_halves_[place] = halves[controlled_[place]];
  sine_and_cosine(controlled_halves_, controlled_sines_, controlled_cosines_);
  for (std::size_t place = 0; place < controlled_.size(); ++place) {
    raw_[controlled_[place]] = controlled_sines_[place];
    cosines_.get()[controlled_[place]] = static_cast<T>(controlled_cosines_[place]);
    growth_[controlled_[place]] = 1;
    splits_[controlled_[place]] = 0;
  }
}

template <class T>
void ScaledSteps<T>::update(std::span<const double> halves) {
  const bool has_splits = half_tangents(halves, {raw_, growth_, splits_});
  if (!controlled_.empty()) keep_cosines(halves);
  if (has_splits || has_factors_) move_factors();
  has_factors_ = has_splits;
  sign_tangents(raw_, signs_, std::span(tangents_.get(), raw_.size()));
  update_gains();
}

// Of the factors -i P split off: past all that comes after.
template <class T>
void ScaledSteps<T>::move_factors() {
  std::uint32_t flips = 0, signs = 0;  // all so far, up to a phase
  for (std::size_t index = 0; index < plan_.rotations.size(); ++index) {
    const PlannedRotation& rotation = plan_.rotations[index];
    const std::uint32_t turned = parity((rotation.flip & signs) ^ (rotation.sign & flips));
    const auto split = static_cast<std::uint32_t>(splits_[index]);
    flips ^= rotation.flip & split;
    signs ^= rotation.sign & split;
    shifts_[index] = flips;
    signs_[index] = with_sign[turned ^ rotation.real];
  }
  for (std::size_t term = 0; term < plan_.measured.size(); ++term) {
    const PlannedString& string = plan_.measured[term];
    const bool odd = parity((string.flip & signs) ^ (string.sign & flips));
    measured_[term] = odd ? -string.coefficient : string.coefficient;
  }
}

template <class T>
void ScaledSteps<T>::update_gains() {
  double scale = 1;
  const double* growth = growth_.data();
  for (std::size_t place = 0; place < plan_.passes.size(); ++place) {
    forward_gains_[place] = static_cast<T>(1 / scale);
    // Four chains of products: the latency of one would be longer than all else here.
    double a = 1, b = 1, c = 1, e = 1;
    const double* const end = growth + plan_.passes[place].rotation_count;
    for (; end - growth >= 4; growth += 4) {
      a *= growth[0];
      b *= growth[1];
      c *= growth[2];
      e *= growth[3];
    }
    for (; growth != end; ++growth) a *= *growth;
    scale = (a * b) * (c * e);
  }
  scale_ = scale;
  output_factor_ = 1 / (scale * scale);
}

template <class T>
void ScaledSteps<T>::update_rates(std::span<const double> half_rates) {
  for (std::size_t index = 0; index < half_rates.size(); ++index)
    rates_.get()[index] = static_cast<T>(signs_[index] * half_rates[index]);
}

template <class T>
void ScaledSteps<T>::update_backward() {
  double scale = scale_;
  std::size_t index = plan_.rotations.size();
  for (std::size_t place = plan_.passes.size(); place-- > 0;) {
    double growth = 1;
    for (std::uint32_t count = plan_.passes[place].rotation_count; count > 0; --count) {
      --index;
      gradient_factors_[index] = signs_[index] / (growth * growth);
      growth *= growth_[index];
    }
    backward_gains_[place] = {static_cast<T>(1 / (scale * growth)), static_cast<T>(scale / growth)};
    scale = 1;
  }
}

template class ScaledSteps<float>;
template class ScaledSteps<double>;

}  // namespace tacit::quantum_sim
