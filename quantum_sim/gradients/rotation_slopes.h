#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "quantum_sim/compile/pauli_rotations.h"
#include "quantum_sim/gradients/frequency_set.h"

namespace tacit::quantum_sim {

/// A parameter theta_p or an input x_j.
struct AngleVariable {
  Angle::Source source = Angle::Source::parameter;
  std::size_t index = 0;
};

/// d angle / d variable of a rotation whose angle is affine in the variable; nothing if it is not (the variable stands
/// twice in a product, or under an arccos). A product with another variable takes that one's given value.
std::optional<double> slope(const PauliRotation& rotation, const AngleVariable& variable,
                            std::span<const double> parameters, std::span<const double> inputs);

/// d angle / d variable at these values, whatever the angle's form.
double derivative(const PauliRotation& rotation, const AngleVariable& variable, std::span<const double> parameters,
                  std::span<const double> inputs);

/// offset + all terms, in radians. NaN outside the domain of an arccos.
double angle_of(const PauliRotation& rotation, std::span<const double> parameters, std::span<const double> inputs);

/// The same; throws Error(usage) that names the rotation's gate if the angle is not finite.
double finite_angle_of(const Circuit& circuit, const PauliRotation& rotation, std::span<const double> parameters,
                       std::span<const double> inputs);

/// The positive gaps of every generator of the rotations that is moved by the variable (generator_groups). Nothing if
/// an angle is not affine in it.
std::optional<std::vector<std::vector<double>>> variable_gaps(const std::vector<PauliRotation>& rotations,
                                                              const AngleVariable& variable,
                                                              std::span<const double> parameters,
                                                              std::span<const double> inputs);

/// The frequencies of every expectation value of the observables in each parameter, by the rotations that they see.
/// Throws Error(usage) that names a parameter in which an angle is not affine.
std::vector<FrequencySet> parameter_frequencies(const Circuit& circuit, const std::vector<Observable>& observables,
                                                std::span<const double> parameters, std::span<const double> inputs);

}  // namespace tacit::quantum_sim
