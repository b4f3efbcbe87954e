#pragma once

#include <vector>

#include "quantum_sim/analysis/lie/lie_circuit.h"

namespace tacit::quantum_sim {

/// Which rotations generate. Fixed ones are those with an angle that is no multiple of pi/2: no Lie algebra of the
/// others alone describes such a circuit, and with their generators it holds the circuit.
struct GeneratorSources {
  bool parameters = true;
  bool inputs = false;
  bool fixed = true;
};

/// The Hermitian generators H of a circuit's rotations exp(-i theta H / 2), without repetitions up to a factor.
///
/// Rotations that share one variable (the same parameter, or the same product of parameters and inputs) and that can be
/// brought side by side through rotations they commute with, and commute among themselves, are one rotation about the
/// sum of their strings, weighted by their scales. So are the fixed rotations of one gate, weighted by their angles. A
/// parameter used again elsewhere generates anew there.
std::vector<PauliSum> generators(const PauliCircuit& circuit, const GeneratorSources& sources = {});

/// Simplified and divided by their first coefficients, without zeros and without repetitions.
std::vector<PauliSum> distinct_generators(const std::vector<PauliSum>& generators);

}  // namespace tacit::quantum_sim
