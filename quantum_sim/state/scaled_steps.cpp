#include "quantum_sim/state/scaled_steps.h"

#include <cmath>

#include "quantum_sim/circuit/pauli.h"
#include "quantum_sim/sincos.h"

namespace tacit::quantum_sim {

template <class T>
ScaledSteps<T>::ScaledSteps(const StatePlan& plan)
    : plan_(plan),
      forward_gains_(plan.passes.size()),
      backward_gains_(plan.passes.size()),
      sines_(plan.rotations.size()),
      cosines_(plan.rotations.size()),
      growth_(plan.rotations.size()),
      signs_(plan.rotations.size()),
      gradient_factors_(plan.rotations.size()),
      measured_(plan.measured.size()) {
  tangents_.ensure(plan.rotations.size(), "the table of a circuit's angles");
}

template <class T>
void ScaledSteps<T>::update(std::span<const double> halves) {
  sine_and_cosine(halves, sines_, cosines_);
  std::uint32_t flips = 0, signs = 0;  // the factors -i P split off so far, up to a phase
  double scale = 1;
  std::size_t index = 0;
  for (std::size_t place = 0; place < plan_.passes.size(); ++place) {
    forward_gains_[place] = static_cast<T>(1 / scale);
    scale = 1;
    for (std::uint32_t count = plan_.passes[place].rotation_count; count > 0; --count, ++index) {
      const PlannedRotation& rotation = plan_.rotations[index];
      const bool odd = parity((rotation.flip & signs) ^ (rotation.sign & flips));
      const double sine = sines_[index], cosine = cosines_[index];
      // Past a quarter turn (cos, sin) of (a - pi) / 2 are meant; a common sign of both is one of the whole state.
      const bool past = std::abs(cosine) < std::abs(sine);
      const double over = past ? -cosine : sine, under = past ? sine : cosine;
      const std::uint32_t split = past ? ~0u : 0u;
      flips ^= rotation.flip & split;
      signs ^= rotation.sign & split;
      signs_[index] = odd ? -1.0 : 1.0;
      const double inverse = 1 / under, tangent = over * inverse;
      tangents_.get()[index] = static_cast<T>(odd != rotation.real ? -tangent : tangent);
      growth_[index] = std::abs(inverse);
      scale *= growth_[index];
    }
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
