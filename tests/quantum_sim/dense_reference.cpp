#include "quantum_sim/dense_reference.h"

namespace tacit::quantum_sim::test {
namespace {

const std::complex<double> imaginary_unit(0, 1);

Matrix identity() {
  return Matrix::Identity(2, 2);
}
Matrix pauli_x() {
  return (Matrix(2, 2) << 0, 1, 1, 0).finished();
}
Matrix pauli_y() {
  return (Matrix(2, 2) << 0, -imaginary_unit, imaginary_unit, 0).finished();
}
Matrix pauli_z() {
  return (Matrix(2, 2) << 1, 0, 0, -1).finished();
}
Matrix projector(int bit) {
  return (Matrix(2, 2) << 1 - bit, 0, 0, bit).finished();
}

Matrix kronecker(const Matrix& left, const Matrix& right) {
  Matrix result(left.rows() * right.rows(), left.cols() * right.cols());
  for (Eigen::Index row = 0; row < left.rows(); ++row)
    for (Eigen::Index column = 0; column < left.cols(); ++column)
      result.block(row * right.rows(), column * right.cols(), right.rows(), right.cols()) = left(row, column) * right;
  return result;
}

// factors[q] acts on qubit q; qubit 0 is the least significant bit, so the rightmost factor.
Matrix product(const std::vector<Matrix>& factors) {
  Matrix result = Matrix::Identity(1, 1);
  for (const Matrix& factor : factors) result = kronecker(factor, result);
  return result;
}

Matrix on_qubit(std::uint32_t qubits, std::uint32_t qubit, const Matrix& matrix) {
  std::vector<Matrix> factors(qubits, identity());
  factors[qubit] = matrix;
  return product(factors);
}

Matrix controlled(std::uint32_t qubits, std::uint32_t control, std::uint32_t target, const Matrix& matrix) {
  return on_qubit(qubits, control, projector(0)) +
         on_qubit(qubits, control, projector(1)) * on_qubit(qubits, target, matrix);
}

double value(const Angle& angle, std::span<const double> parameters, std::span<const double> inputs) {
  switch (angle.source) {
    case Angle::Source::constant:
      return angle.offset;
    case Angle::Source::parameter:
      return angle.offset + angle.scale * parameters[angle.index];
    default:
      return angle.offset + angle.scale * inputs[angle.index];
  }
}

Matrix rotation(const Matrix& pauli, double angle) {
  return std::cos(angle / 2) * identity() - imaginary_unit * std::sin(angle / 2) * pauli;
}

Matrix gate_matrix(std::uint32_t qubits, const Gate& gate, double angle) {
  switch (gate.kind) {
    case GateKind::rx:
      return on_qubit(qubits, gate.target, rotation(pauli_x(), angle));
    case GateKind::ry:
      return on_qubit(qubits, gate.target, rotation(pauli_y(), angle));
    case GateKind::rz:
      return on_qubit(qubits, gate.target, rotation(pauli_z(), angle));
    case GateKind::cnot:
      return controlled(qubits, gate.control, gate.target, pauli_x());
    default:
      return controlled(qubits, gate.control, gate.target, pauli_z());
  }
}

}  // namespace

Vector dense_state(const Circuit& circuit, std::span<const double> parameters, std::span<const double> inputs) {
  Vector state = Vector::Zero(Eigen::Index{1} << circuit.qubits());
  state(0) = 1;
  for (const Gate& gate : circuit.gates())
    state = gate_matrix(circuit.qubits(), gate, value(gate.angle, parameters, inputs)) * state;
  return state;
}

Matrix dense_observable(std::uint32_t qubits, const Observable& observable) {
  Matrix sum = Matrix::Zero(Eigen::Index{1} << qubits, Eigen::Index{1} << qubits);
  for (const PauliTerm& term : observable.terms) {
    std::vector<Matrix> factors;
    for (std::uint32_t qubit = 0; qubit < qubits; ++qubit) {
      const bool x = term.x_mask >> qubit & 1, z = term.z_mask >> qubit & 1;
      factors.push_back(x && z ? pauli_y() : x ? pauli_x() : z ? pauli_z() : identity());
    }
    sum += term.coefficient * product(factors);
  }
  return sum;
}

std::vector<double> dense_outputs(const Circuit& circuit, const std::vector<Observable>& observables,
                                  std::span<const double> parameters, std::span<const double> inputs) {
  const Vector state = dense_state(circuit, parameters, inputs);
  std::vector<double> outputs;
  for (const Observable& observable : observables)
    outputs.push_back(state.dot(dense_observable(circuit.qubits(), observable) * state).real());
  return outputs;
}

}  // namespace tacit::quantum_sim::test
