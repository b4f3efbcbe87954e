#include "quantum_sim/noise_reference.h"

#include <numeric>

namespace tacit::quantum_sim::test {

Matrix dense_gate(std::uint32_t qubits, const Gate& gate, std::span<const double> parameters,
                  std::span<const double> inputs) {
  const Eigen::Index size = Eigen::Index{1} << qubits;
  Matrix result(size, size);
  for (Eigen::Index column = 0; column < size; ++column) {
    Circuit circuit(qubits);
    for (std::uint32_t qubit = 0; qubit < qubits; ++qubit)
      if (column >> qubit & 1) circuit.x(qubit);
    circuit.append(gate);
    result.col(column) = dense_state(circuit, parameters, inputs);
  }
  return result;
}

Matrix embed(const Matrix& local, const std::vector<std::uint32_t>& targets, std::uint32_t qubits) {
  const Eigen::Index size = Eigen::Index{1} << qubits;
  Eigen::Index mask = 0;
  for (const std::uint32_t target : targets) mask |= Eigen::Index{1} << target;
  const auto bits = [&](Eigen::Index index) {
    Eigen::Index result = 0;
    for (std::size_t place = 0; place < targets.size(); ++place) result |= (index >> targets[place] & 1) << place;
    return result;
  };
  Matrix result = Matrix::Zero(size, size);
  for (Eigen::Index row = 0; row < size; ++row)
    for (Eigen::Index column = 0; column < size; ++column)
      if ((row & ~mask) == (column & ~mask)) result(row, column) = local(bits(row), bits(column));
  return result;
}

Matrix kraus_sum(const Matrix& rho, const std::vector<Matrix>& kraus, const std::vector<std::uint32_t>& targets,
                 std::uint32_t qubits) {
  Matrix sum = Matrix::Zero(rho.rows(), rho.cols());
  for (const Matrix& local : kraus) {
    const Matrix full = embed(local, targets, qubits);
    sum += full * rho * full.adjoint();
  }
  return sum;
}

Matrix pauli_matrix(std::uint64_t x_mask, std::uint64_t z_mask, std::uint32_t qubits) {
  return dense_observable(qubits, {{{1.0, x_mask, z_mask}}});
}

Matrix random_matrix(RandomStream& stream, Eigen::Index size) {
  Matrix result(size, size);
  for (Eigen::Index row = 0; row < size; ++row)
    for (Eigen::Index column = 0; column < size; ++column)
      result(row, column) = std::complex<double>(stream.normal(), stream.normal());
  return result;
}

Matrix random_unitary(RandomStream& stream, Eigen::Index size) {
  return Eigen::HouseholderQR<Matrix>(random_matrix(stream, size)).householderQ();
}

Vector random_state(RandomStream& stream, std::uint32_t qubits) {
  return random_matrix(stream, Eigen::Index{1} << qubits).col(0).normalized();
}

std::vector<std::complex<double>> row_major(const Matrix& matrix) {
  std::vector<std::complex<double>> values;
  for (Eigen::Index row = 0; row < matrix.rows(); ++row)
    for (Eigen::Index column = 0; column < matrix.cols(); ++column) values.push_back(matrix(row, column));
  return values;
}

Matrix from_row_major(std::span<const std::complex<double>> values) {
  const auto size = static_cast<Eigen::Index>(std::lround(std::sqrt(static_cast<double>(values.size()))));
  using RowMajor = Eigen::Matrix<std::complex<double>, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  return Eigen::Map<const RowMajor>(values.data(), size, size);
}

std::vector<std::uint32_t> random_qubits(RandomStream& stream, std::uint32_t qubits, std::size_t count) {
  std::vector<std::uint32_t> all(qubits);
  std::iota(all.begin(), all.end(), 0u);
  stream.shuffle(std::span(all));
  all.resize(count);
  return all;
}

namespace {

Angle any_angle(RandomStream& stream) {
  const auto index = static_cast<std::uint32_t>(stream.below(4));
  if (stream.below(4) == 0) return Angle::constant(stream.uniform(-3, 3));
  if (stream.below(2) == 0) return Angle::input(index, stream.uniform(-2, 2), stream.uniform(-1, 1));
  return Angle::parameter(index, stream.uniform(-2, 2));
}

Gate any_gate(RandomStream& stream, std::uint32_t qubits) {
  Gate gate;
  gate.kind = static_cast<GateKind>(stream.below(static_cast<std::uint64_t>(GateKind::measure)));
  const bool is_free =
      gate.kind == GateKind::pauli_rotation || gate.kind == GateKind::unitary || gate.kind == GateKind::diagonal;
  const bool is_swap = gate.kind == GateKind::swap || gate.kind == GateKind::iswap;
  const std::size_t targets = is_free ? 1 + stream.below(std::min(qubits, 3u)) : is_swap ? 2 : 1;
  const std::size_t controls = stream.below(std::min<std::uint64_t>(3, qubits - targets + 1));
  std::vector<std::uint32_t> chosen = random_qubits(stream, qubits, targets + controls);
  gate.targets.assign(chosen.begin(), chosen.begin() + static_cast<std::ptrdiff_t>(targets));
  gate.controls.assign(chosen.begin() + static_cast<std::ptrdiff_t>(targets), chosen.end());
  for (std::size_t count = angle_count(gate.kind); count > 0; --count) gate.angles.push_back(any_angle(stream));
  if (gate.kind == GateKind::pauli_rotation) {
    std::sort(gate.targets.begin(), gate.targets.end());
    for (const std::uint32_t target : gate.targets) {
      const std::uint64_t letter = 1 + stream.below(3);
      gate.x_mask |= (letter & 1) << target;
      gate.z_mask |= (letter >> 1) << target;
    }
  }
  const auto size = Eigen::Index{1} << targets;
  if (gate.kind == GateKind::unitary)
    gate.matrix = std::make_shared<std::vector<std::complex<double>>>(row_major(random_unitary(stream, size)));
  if (gate.kind == GateKind::diagonal) {
    std::vector<std::complex<double>> phases;
    for (Eigen::Index place = 0; place < size; ++place) phases.push_back(std::polar(1.0, stream.uniform(-3, 3)));
    gate.matrix = std::make_shared<std::vector<std::complex<double>>>(phases);
  }
  return gate;
}

}  // namespace

Circuit random_circuit_of_all_gates(std::uint64_t seed, std::uint32_t qubits, std::size_t gates) {
  RandomStream stream({seed, Purpose::test, 2, 0});
  Circuit circuit(qubits);
  while (circuit.gates().size() < gates) {
    const Gate gate = any_gate(stream, qubits);
    if (gate.targets.size() + gate.controls.size() <= qubits) circuit.append(gate);
  }
  // All four parameters and inputs are read, so that every test can give four.
  return circuit.rx(0, Angle::parameter(3)).ry(0, Angle::input(3));
}

}  // namespace tacit::quantum_sim::test
