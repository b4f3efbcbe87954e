#include "quantum_sim/dense_rotations.h"

namespace tacit::quantum_sim::test {

Vector times(const Pauli& pauli, const Vector& state) {
  Vector result(state.size());
  for (Eigen::Index from = 0; from < state.size(); ++from)
    result(from ^ static_cast<Eigen::Index>(pauli.x)) =
        std::pow(std::complex<double>(0, 1), pauli.phase) *
        (parity(static_cast<std::uint64_t>(from) & pauli.z) ? -1.0 : 1.0) * state(from);
  return result;
}

Vector rotated(const PauliRotation& rotation, const Vector& state, double angle) {
  Vector acted_on = state;
  for (const Pauli& control : rotation.controls) acted_on = (acted_on - times(control, acted_on)) / 2;
  return state + (std::cos(angle / 2) - 1) * acted_on -
         std::complex<double>(0, 1) * std::sin(angle / 2) * times(rotation.pauli, acted_on);
}

double value_of(double offset, const std::vector<AngleTerm>& terms, const Problem& problem) {
  double sum = offset;
  for (const AngleTerm& term : terms) sum += value(term.angle, problem.parameters, problem.sample(0));
  return sum;
}

}  // namespace tacit::quantum_sim::test
