#pragma once

#include <Eigen/Dense>
#include <complex>
#include <cstdint>
#include <span>
#include <vector>

#include "quantum_sim/circuit/circuit.h"

namespace tacit::quantum_sim::test {

/// The independent truth: textbook 2^n x 2^n matrices from Kronecker products, in complex<double>.
using Matrix = Eigen::MatrixXcd;
using Vector = Eigen::VectorXcd;

/// |0...0> through all gates; `inputs` are one sample's.
Vector dense_state(const Circuit& circuit, std::span<const double> parameters, std::span<const double> inputs);
Matrix dense_observable(std::uint32_t qubits, const Observable& observable);
/// <psi| O_k |psi> for each observable.
std::vector<double> dense_outputs(const Circuit& circuit, const std::vector<Observable>& observables,
                                  std::span<const double> parameters, std::span<const double> inputs);

}  // namespace tacit::quantum_sim::test
