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

// `matrix` on targets (targets[0] the least significant bit of its index) where all controls are 1, by basis states.
Matrix embedded(std::uint32_t qubits, const Gate& gate, const Matrix& matrix) {
  const Eigen::Index size = Eigen::Index{1} << qubits;
  Matrix result = Matrix::Zero(size, size);
  for (Eigen::Index from = 0; from < size; ++from) {
    bool acts = true;
    for (const std::uint32_t control : gate.controls) acts = acts && (from >> control & 1);
    if (!acts) {
      result(from, from) = 1;
      continue;
    }
    Eigen::Index local = 0, rest = from;
    for (std::size_t place = 0; place < gate.targets.size(); ++place) {
      local |= (from >> gate.targets[place] & 1) << place;
      rest &= ~(Eigen::Index{1} << gate.targets[place]);
    }
    for (Eigen::Index row = 0; row < matrix.rows(); ++row) {
      Eigen::Index to = rest;
      for (std::size_t place = 0; place < gate.targets.size(); ++place) to |= (row >> place & 1) << gate.targets[place];
      result(to, from) = matrix(row, local);
    }
  }
  return result;
}

Matrix pauli(bool x, bool z) {
  return x && z ? pauli_y() : x ? pauli_x() : z ? pauli_z() : identity();
}

// cos(angle/2) - i sin(angle/2) P for a Pauli matrix of any size.
Matrix rotation(const Matrix& generator, double angle) {
  return std::cos(angle / 2) * Matrix::Identity(generator.rows(), generator.cols()) -
         imaginary_unit * std::sin(angle / 2) * generator;
}

Matrix diagonal(const std::vector<std::complex<double>>& entries) {
  return Eigen::Map<const Vector>(entries.data(), static_cast<Eigen::Index>(entries.size())).asDiagonal();
}

Matrix square_root_of_x() {
  return (Matrix(2, 2) << 0.5 + 0.5 * imaginary_unit, 0.5 - 0.5 * imaginary_unit, 0.5 - 0.5 * imaginary_unit,
          0.5 + 0.5 * imaginary_unit)
      .finished();
}

Matrix universal(double theta, double phi, double lambda) {
  const double cosine = std::cos(theta / 2), sine = std::sin(theta / 2);
  return (Matrix(2, 2) << cosine, -std::polar(sine, lambda), std::polar(sine, phi), std::polar(cosine, phi + lambda))
      .finished();
}

Matrix pauli_string(const Gate& gate) {
  std::vector<Matrix> factors;
  for (const std::uint32_t qubit : gate.targets)
    factors.push_back(pauli(gate.x_mask >> qubit & 1, gate.z_mask >> qubit & 1));
  return product(factors);
}

Matrix square_matrix(const std::vector<std::complex<double>>& entries, std::size_t targets) {
  const Eigen::Index size = Eigen::Index{1} << targets;
  using RowMajor = Eigen::Matrix<std::complex<double>, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  return Eigen::Map<const RowMajor>(entries.data(), size, size);
}

// On its targets alone.
Matrix local_matrix(const Gate& gate, const std::vector<double>& angles) {
  const std::complex<double> i = imaginary_unit;
  switch (gate.kind) {
    case GateKind::x:
      return pauli_x();
    case GateKind::y:
      return pauli_y();
    case GateKind::z:
      return pauli_z();
    case GateKind::h:
      return (pauli_x() + pauli_z()) / std::sqrt(2.0);
    case GateKind::s:
      return diagonal({1, i});
    case GateKind::s_dagger:
      return diagonal({1, -i});
    case GateKind::t:
      return diagonal({1, std::polar(1.0, M_PI / 4)});
    case GateKind::t_dagger:
      return diagonal({1, std::polar(1.0, -M_PI / 4)});
    case GateKind::sqrt_x:
      return square_root_of_x();
    case GateKind::sqrt_x_dagger:
      return square_root_of_x().adjoint();
    case GateKind::rx:
      return rotation(pauli_x(), angles[0]);
    case GateKind::ry:
      return rotation(pauli_y(), angles[0]);
    case GateKind::rz:
      return rotation(pauli_z(), angles[0]);
    case GateKind::phase:
      return diagonal({1, std::polar(1.0, angles[0])});
    case GateKind::universal:
      return universal(angles[0], angles[1], angles[2]);
    case GateKind::swap:
      return (Matrix(4, 4) << 1, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 1).finished();
    case GateKind::iswap:
      return (Matrix(4, 4) << 1, 0, 0, 0, 0, 0, i, 0, 0, i, 0, 0, 0, 0, 0, 1).finished();
    case GateKind::pauli_rotation:
      return rotation(pauli_string(gate), angles[0]);
    case GateKind::unitary:
      return square_matrix(*gate.matrix, gate.targets.size());
    case GateKind::diagonal:
      return diagonal(*gate.matrix);
    default:
      return identity();
  }
}

// Not the library's own evaluation: the definition, written out.
double angle_value(const Angle& angle, std::span<const double> parameters, std::span<const double> inputs) {
  double product = angle.factors().empty() ? 0 : angle.scale;
  for (const Angle::Factor& factor : angle.factors()) {
    const double source = factor.source == Angle::Source::parameter ? parameters[factor.index] : inputs[factor.index];
    product *= factor.shift + (factor.function == Angle::Function::arccos ? std::acos(source) : source);
  }
  return angle.offset + product;
}

Vector initial_state(const Circuit& circuit, std::span<const double> inputs) {
  Vector state = Vector::Zero(Eigen::Index{1} << circuit.qubits());
  state(0) = 1;
  if (circuit.encoded_amplitudes() == 0) return state;
  state(0) = 0;
  for (std::size_t place = 0; place < circuit.encoded_amplitudes(); ++place)
    state(static_cast<Eigen::Index>(place)) = inputs[place];
  return state.normalized();
}

}  // namespace

Vector dense_state(const Circuit& circuit, std::span<const double> parameters, std::span<const double> inputs) {
  Vector state = initial_state(circuit, inputs);
  for (const Gate& gate : circuit.gates()) {
    std::vector<double> angles;
    for (const Angle& angle : gate.angles) angles.push_back(angle_value(angle, parameters, inputs));
    state = embedded(circuit.qubits(), gate, local_matrix(gate, angles)) * state;
  }
  return state;
}

Matrix dense_observable(std::uint32_t qubits, const Observable& observable) {
  Matrix sum = Matrix::Zero(Eigen::Index{1} << qubits, Eigen::Index{1} << qubits);
  for (const PauliTerm& term : observable.terms) {
    std::vector<Matrix> factors;
    for (std::uint32_t qubit = 0; qubit < qubits; ++qubit) {
      const bool x = term.x_mask >> qubit & 1, z = term.z_mask >> qubit & 1;
      factors.push_back(pauli(x, z));
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
