#pragma once

#include <span>

#include "quantum_sim/dense_reference.h"

namespace tacit::quantum_sim::test {

/// The whole 2^n x 2^n matrix of the gates, column by column from the dense reference.
Matrix circuit_unitary(const Circuit& circuit, std::span<const double> parameters = {},
                       std::span<const double> inputs = {});

/// The largest entry of left - exp(i a) right, with the best a.
double distance_up_to_phase(const Matrix& left, const Matrix& right);

}  // namespace tacit::quantum_sim::test
