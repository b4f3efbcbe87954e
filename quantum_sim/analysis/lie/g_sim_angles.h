#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "quantum_sim/analysis/lie/lie_circuit.h"

namespace tacit::quantum_sim {

/// The angles of a circuit's rotations, and the chain rule back to what they were made of. Nothing allocates but the
/// constructor.
class GSimAngles {
 public:
  explicit GSimAngles(const PauliCircuit& circuit);

  /// Evaluates all angles. Throws Error(usage) that names the rotation and where its angle came from if one is not
  /// finite; what was there before is then lost.
  void set(std::span<const double> parameters, std::span<const double> inputs);
  const double* cosine() const noexcept { return cosine_.data(); }
  const double* sine() const noexcept { return sine_.data(); }

  /// Adds rate[k] * d angle_k / d theta and the same by inputs. An empty span is not wanted.
  void add_gradient(const double* rate, std::span<const double> parameters, std::span<const double> inputs,
                    std::span<double> gradient_parameters, std::span<double> gradient_inputs) const noexcept;
  /// Calls body(index, rate) for every parameter that rotation k reads, with d angle_k / d theta_index; one index may
  /// come more than once.
  template <class Body>
  void for_each_parameter(std::size_t rotation, std::span<const double> parameters, std::span<const double> inputs,
                          Body body) const {
    for (const AngleTerm& term : circuit_.rotations()[rotation].terms)
      for (std::size_t place = 0; place < term.angle.factor_count; ++place)
        if (term.angle.factor_array[place].source == Angle::Source::parameter)
          body(term.angle.factor_array[place].index, derivative(term.angle, place, parameters, inputs));
  }

 private:
  /// By the source of one factor.
  static double derivative(const Angle& angle, std::size_t factor, std::span<const double> parameters,
                           std::span<const double> inputs) noexcept;

  const PauliCircuit& circuit_;
  std::vector<double> cosine_, sine_;
};

}  // namespace tacit::quantum_sim
