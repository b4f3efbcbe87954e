#pragma once

#include <complex>
#include <span>
#include <vector>

#include "quantum_sim/circuit/gate.h"

namespace tacit::quantum_sim {

/// The matrix of a unitary gate on its targets, without its controls: 2^k x 2^k, row-major, targets[0] the least
/// significant bit of the index. `angles` are the values of the gate's angles, in radians.
std::vector<std::complex<double>> gate_matrix(const Gate& gate, std::span<const double> angles);

}  // namespace tacit::quantum_sim
