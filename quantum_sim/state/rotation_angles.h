#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "quantum_sim/circuit/circuit.h"
#include "quantum_sim/compile/pauli_rotations.h"
#include "quantum_sim/state/state_plan.h"

namespace tacit::quantum_sim {

/// Angles of a plan's rotations from the values of one call, and the way back of their gradients.
class RotationAngles {
 public:
  /// The circuit must outlive this object.
  RotationAngles(const Circuit& circuit, const RotationForm& form, const StatePlan& plan);

  /// Evaluates all angles in double. Throws Error(usage) that names gate and source of an angle that is not finite.
  template <class T>
  void evaluate(std::span<const T> parameters, std::span<const T> inputs);
  /// angle / 2 [rotations], in the order of the plan.
  std::span<const double> halves() const noexcept { return halves_; }

  /// gradient[v] = sum over rotations of by_rotation * d angle / d v, at the values of the last evaluation; an empty
  /// result is not wanted.
  template <class T>
  void write_gradients(std::span<const double> by_rotation, std::span<T> parameters, std::span<T> inputs);

 private:
  /// Adds scale * value to half of a rotation's angle: the common case.
  struct Linear {
    std::uint32_t rotation, value;
    double scale;
  };
  struct Term {
    std::uint32_t rotation;
    AngleTerm term;
  };
  double angle_of(const Term& term) const;
  void add_gradient(const Term& term, double gradient);
  [[noreturn]] void explain_not_finite() const;

  const Circuit& circuit_;
  std::vector<double> offsets_;  ///< halved
  std::vector<Linear> linear_;
  std::vector<Term> others_;
  std::vector<Term> terms_;     ///< all, for messages
  std::vector<double> values_;  ///< parameters, then inputs
  std::vector<double> halves_, by_value_;
};

}  // namespace tacit::quantum_sim
