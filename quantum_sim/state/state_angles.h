#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "quantum_sim/batch/angle_checks.h"
#include "quantum_sim/circuit/circuit.h"
#include "quantum_sim/compile/pauli_rotations.h"
#include "quantum_sim/compile/program.h"
#include "quantum_sim/state/state_plan.h"

namespace tacit::quantum_sim {

/// Angles of a plan's rotations from the values of one call, and the way back of their gradients.
template <class T>
class StateAngles {
 public:
  /// The circuit must outlive this object.
  StateAngles(const Circuit& circuit, const RotationForm& form, const StatePlan& plan);

  /// Evaluates all angles in double. Throws Error(usage) that names gate and source of an angle that is not finite, or
  /// whose derivative is not and is wanted; or if encoded amplitudes are not finite or all zero.
  void evaluate(std::span<const T> parameters, std::span<const T> inputs, bool wants_derivatives);
  /// Then the rates of all angles along a direction; an empty one is zero.
  void evaluate_rates(std::span<const T> parameters_dot, std::span<const T> inputs_dot);
  /// angle / 2 [rotations], in the order of the plan.
  std::span<const double> halves() const noexcept { return halves_; }

  std::span<const double> half_rates() const noexcept { return half_rates_; }
  /// x_r / ||x|| [encoded amplitudes].
  std::span<const double> amplitudes() const noexcept { return amplitudes_; }
  std::span<const double> amplitude_rates() const noexcept { return amplitude_rates_; }

  /// gradient[v] = sum over rotations of by_rotation * d angle / d v, at the values of the last evaluation; an empty
  /// result is not wanted. by_amplitude: of the encoded amplitudes.
  void write_gradients(std::span<const double> by_rotation, std::span<const double> by_amplitude,
                       std::span<T> parameters, std::span<T> inputs);
  /// Its rate along the direction of the last evaluation of rates, from gradients by rotation and their rates.
  struct Moving {
    std::span<const double> value, rate;
  };
  void write_gradient_rates(const Moving& by_rotation, const Moving& by_amplitude, std::span<T> parameters,
                            std::span<T> inputs);

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
  std::size_t place_of(const Angle::Factor& factor) const;
  double angle_of(const Term& term) const;
  void add_gradient(const Term& term, double gradient);
  void add_gradient_rate(const Term& term, double gradient);
  std::span<double> by_encoded_inputs();
  void write_by_value(std::span<T> parameters, std::span<T> inputs) const;

  const Circuit& circuit_;
  Program slots_;  ///< the angles alone, for the checks
  AngleChecks<T> checks_;
  bool has_functions_ = false;   ///< some angle has a domain
  bool is_one_to_one_ = false;   ///< every rotation has one term, a linear one, in its place
  std::vector<double> offsets_;  ///< halved
  std::vector<Linear> linear_;
  std::vector<double> scales_;         ///< of the linear terms
  std::vector<std::uint32_t> places_;  ///< of the linear terms' values
  std::vector<Term> others_;
  std::vector<Term> terms_;     ///< all, for messages
  std::vector<double> values_;  ///< parameters, then inputs
  std::vector<double> halves_, by_value_, amplitudes_;
  std::vector<double> values_dot_, half_rates_, amplitude_rates_;
  double norm_ = 1, norm_rate_ = 0;
};

}  // namespace tacit::quantum_sim
