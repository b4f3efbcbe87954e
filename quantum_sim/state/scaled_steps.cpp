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
  half_tangents(halves, {raw_, growth_, splits_});
  if (!controlled_.empty()) keep_cosines(halves);
  std::uint32_t flips = 0, signs = 0;  // the factors -i P split off so far, up to a phase
  double scale = 1;
  std::size_t index = 0;
  for (std::size_t place = 0; place < plan_.passes.size(); ++place) {
    forward_gains_[place] = static_cast<T>(1 / scale);
    // Two chains of products: the latency of one would be longer than all else here.
    double even = 1, odd = 1;
    for (std::uint32_t count = plan_.passes[place].rotation_count; count > 0; --count, ++index) {
      const PlannedRotation& rotation = plan_.rotations[index];
      const std::uint32_t turned = parity((rotation.flip & signs) ^ (rotation.sign & flips));
      const auto split = static_cast<std::uint32_t>(splits_[index]);
      flips ^= rotation.flip & split;
      signs ^= rotation.sign & split;
      const double sign = with_sign[turned];
      signs_[index] = sign;
      shifts_[index] = flips;
      tangents_.get()[index] = static_cast<T>(raw_[index] * with_sign[turned ^ rotation.real]);
      std::swap(even, odd);
      even *= growth_[index];
    }
    scale = even * odd;
  }
  for (std::size_t term = 0; term < plan_.measured.size(); ++term) {
    const PlannedString& string = plan_.measured[term];
    const bool odd = parity((string.flip & signs) ^ (string.sign & flips));
    measured_[term] = odd ? -string.coefficient : string.coefficient;
  }
  scale_ = scale;
  output_factor_ = 1 / (scale * scale);
}

template <class T>
void ScaledSteps<T>::update_rates(std::span<const double> half_rates) {
  for (std::size_t index = 0; index < half_rates.size(); ++index) {
    const double sign = plan_.rotations[index].real ? -signs_[index] : signs_[index];
    rates_.get()[index] = static_cast<T>(sign * half_rates[index]);
  }
}

template <class T>
void ScaledSteps<T>::update_backward() {
  double scale = scale_;
  std::size_t index = plan_.rotations.size();
  for (std::size_t place = plan_.passes.size(); place-- > 0;) {
    double growth = 1;
    for (std::uint32_t count = plan_.passes[place].rotation_count; count > 0; --count) {
      --index;
      const double sign = plan_.rotations[index].real ? -signs_[index] : signs_[index];
      gradient_factors_[index] = sign / (growth * growth);
      growth *= growth_[index];
    }
    backward_gains_[place] = {static_cast<T>(1 / (scale * growth)), static_cast<T>(scale / growth)};
    scale = 1;
  }
}

template class ScaledSteps<float>;
template class ScaledSteps<double>;

}  // namespace tacit::quantum_sim
