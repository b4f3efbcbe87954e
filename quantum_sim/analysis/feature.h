#pragma once

#include <span>
#include <string>
#include <vector>

#include "quantum_sim/analysis/spectrum.h"
#include "quantum_sim/compile/pauli_rotations.h"

namespace tacit::quantum_sim::analysis {

/// The circuit with arccos x_j read as u_j for the inputs j marked in `as_variable`, [inputs].
Circuit with_arccos_as_variable(const Circuit& circuit, const std::vector<bool>& as_variable);

/// One input as one output's visible rotations read it, its angles affine in its variable.
struct Feature {
  Variable variable = Variable::none;
  std::string reason;                     ///< of not_fourier
  Circuit circuit;                        ///< the input running as its variable u_j
  std::vector<PauliRotation> rotations;   ///< visible ones of that circuit
  std::vector<std::vector<double>> gaps;  ///< of each generator that the input moves
  std::size_t readers = 0;                ///< rotations whose angle the input moves
};

Feature feature_of(const Circuit& circuit, const Observable& observable, std::size_t input,
                   std::span<const double> parameters, std::span<const double> inputs);

/// options.inputs or zeros. Throws Error(usage) on a wrong count, a value that is not finite, or one outside [-1, 1]
/// that stands under an arccos.
std::vector<double> base_point(const Circuit& circuit, std::span<const double> parameters,
                               const std::vector<double>& inputs);

}  // namespace tacit::quantum_sim::analysis
