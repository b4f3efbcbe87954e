#include "quantum_sim/circuit_unitary.h"

namespace tacit::quantum_sim::test {

Matrix circuit_unitary(const Circuit& circuit, std::span<const double> parameters, std::span<const double> inputs) {
  const Eigen::Index size = Eigen::Index{1} << circuit.qubits();
  Matrix result(size, size);
  for (Eigen::Index column = 0; column < size; ++column) {
    Circuit from_column(circuit.qubits());
    for (std::uint32_t qubit = 0; qubit < circuit.qubits(); ++qubit)
      if (column >> qubit & 1) from_column.x(qubit);
    for (const Gate& gate : circuit.gates()) from_column.append(gate);
    result.col(column) = dense_state(from_column, parameters, inputs);
  }
  return result;
}

double distance_up_to_phase(const Matrix& left, const Matrix& right) {
  if (left.rows() != right.rows()) return 2;
  const std::complex<double> overlap = (right.adjoint() * left).trace();
  const std::complex<double> phase = std::abs(overlap) > 0 ? overlap / std::abs(overlap) : 1;
  return (left - phase * right).cwiseAbs().maxCoeff();
}

}  // namespace tacit::quantum_sim::test
