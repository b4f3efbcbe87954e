#include <numbers>
#include <numeric>

#include "core/error.h"
#include "quantum_sim/compile/diagonal_controls.h"
#include "quantum_sim/compile/expand_controls.h"
#include "quantum_sim/compile/pauli_rotations.h"
#include "quantum_sim/dense_reference.h"
#include "quantum_sim/dense_rotations.h"
#include "quantum_sim/random_problem.h"

namespace tacit::quantum_sim::test {
namespace {

const std::complex<double> imaginary_unit(0, 1);

// e^{i phase} C R_N ... R_1 |0...0>.
Vector state_of(const LoweredCircuit& lowered, const Problem& problem) {
  Vector state = Vector::Unit(Eigen::Index{1} << problem.circuit.qubits(), 0);
  for (const PauliRotation& rotation : lowered.rotations)
    state = rotated(rotation, state, value_of(rotation.offset, rotation.terms, problem));
  for (const CliffordTurn& turn : lowered.frame.turns())
    state = rotated(PauliRotation{turn.pauli}, state, turn.quarters * std::numbers::pi / 2);
  return state * std::polar(1.0, value_of(lowered.phase.offset, lowered.phase.terms, problem));
}

void expect_diagonal_controls(const PauliRotation& rotation) {
  for (const Pauli& control : rotation.controls) {
    EXPECT_EQ(control.x, 0u);
    EXPECT_EQ(control.phase & 1, 0u);
    EXPECT_TRUE(commute(control, rotation.pauli));
  }
  EXPECT_TRUE(rotation.controls.empty() || rotation.pauli.x != 0 ||
              (rotation.is_phase() && rotation.controls.size() > 1));
}

void expect_equal_to_dense(const Problem& problem) {
  LoweredCircuit lowered = lower(problem.circuit);
  const Vector expected = dense_state(problem.circuit, problem.parameters, problem.sample(0));
  EXPECT_LT((state_of(lowered, problem) - expected).norm(), 1e-12) << "seed " << problem.seed;
  LoweredCircuit diagonal = lowered;
  make_controls_diagonal(diagonal);
  for (const PauliRotation& rotation : diagonal.rotations) expect_diagonal_controls(rotation);
  EXPECT_LT((state_of(diagonal, problem) - expected).norm(), 1e-12) << "diagonal controls, seed " << problem.seed;
  expand_controls(lowered);
  for (const PauliRotation& rotation : lowered.rotations) EXPECT_TRUE(rotation.controls.empty());
  EXPECT_LT((state_of(lowered, problem) - expected).norm(), 1e-12) << "expanded, seed " << problem.seed;
}

// Also between other gates: the strings of a gate then have no special form any more.
TEST(Lowering, OfEveryGateWithControlsIsTheMatrixWithItsPhase) {
  RandomStream stream({7, Purpose::test, 3, 0});
  for (const GateKind kind : unitary_kinds) {
    for (std::size_t controls = 0; controls < 4; ++controls) {
      for (std::uint64_t repeat = 0; repeat < 3; ++repeat) {
        SCOPED_TRACE(fmt::format("{} with {} controls", to_string(kind), controls));
        Circuit circuit(5);
        for (std::uint32_t qubit = 0; qubit < 5; ++qubit) circuit.append(random_gate(GateKind::unitary, 5, 0, stream));
        if (repeat > 0)
          for (const GateKind before : {GateKind::h, GateKind::iswap, GateKind::sqrt_x, GateKind::x, GateKind::x})
            circuit.append(random_gate(before, 5, before == GateKind::x, stream));
        const Gate gate = random_gate(kind, 5, controls, stream);
        circuit.append(gate).append(random_gate(GateKind::h, 5, 1, stream));
        if (repeat > 1) circuit.append(gate);
        expect_equal_to_dense(problem_of(repeat, circuit, {}, 1));
      }
    }
  }
}

TEST(Lowering, OfRandomCircuitsIsTheMatrixWithItsPhase) {
  for (std::uint64_t seed = 0; seed < 40; ++seed)
    expect_equal_to_dense(random_problem(seed, static_cast<std::uint32_t>(1 + seed % 5), 5 + seed % 31, 1));
}

void expect_unitary_is_exact(std::uint32_t qubits, const Matrix& matrix) {
  using RowMajor = Eigen::Matrix<std::complex<double>, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const RowMajor rows = matrix;
  // Entangled with as many qubits more, every entry of the matrix shows in the state.
  Circuit circuit(2 * qubits);
  for (std::uint32_t qubit = 0; qubit < qubits; ++qubit) circuit.h(qubit).cnot(qubit, qubit + qubits);
  std::vector<std::uint32_t> targets(qubits);
  std::iota(targets.begin(), targets.end(), 0u);
  circuit.unitary(targets, {rows.data(), rows.data() + rows.size()});
  const Problem problem = problem_of(0, circuit, {}, 1);
  Vector expected = Vector::Zero(Eigen::Index{1} << (2 * qubits));
  for (Eigen::Index row = 0; row < matrix.rows(); ++row)
    for (Eigen::Index column = 0; column < matrix.cols(); ++column)
      expected(column << qubits | row) = matrix(row, column) / std::sqrt(static_cast<double>(matrix.rows()));
  EXPECT_LT((state_of(lower(circuit), problem) - expected).norm(), 2e-13);
}

Matrix from_entries(const std::vector<std::complex<double>>& entries, std::size_t qubits) {
  return Eigen::Map<const Matrix>(entries.data(), Eigen::Index{1} << qubits, Eigen::Index{1} << qubits);
}

TEST(Lowering, OfRandomUnitariesIsExact) {
  RandomStream stream({8, Purpose::test, 3, 0});
  for (std::uint32_t qubits = 1; qubits <= 4; ++qubits)
    for (int repeat = 0; repeat < 8; ++repeat)
      expect_unitary_is_exact(qubits, from_entries(random_unitary(qubits, stream), qubits));
}

// Eigenvalues that coincide or nearly do: in the Cartan form, in cosines and sines, in the multiplexers.
TEST(Lowering, OfUnitariesNearPermutationsIsExact) {
  RandomStream stream({9, Purpose::test, 3, 0});
  for (std::uint32_t qubits = 1; qubits <= 3; ++qubits) {
    const Eigen::Index size = Eigen::Index{1} << qubits;
    for (const double distance : {0.0, 1e-16, 1e-14, 1e-12, 1e-9, 1e-8, 1e-5, 1e-2}) {
      for (int repeat = 0; repeat < 8; ++repeat) {
        Eigen::PermutationMatrix<Eigen::Dynamic> permutation(size);
        permutation.setIdentity();
        for (Eigen::Index place = 0; repeat > 0 && place < size; ++place)
          permutation.applyTranspositionOnTheRight(
              place, place + static_cast<Eigen::Index>(stream.below(static_cast<std::uint64_t>(size - place))));
        // exp(i distance H) by its eigenvectors.
        const Matrix random = from_entries(random_unitary(qubits, stream), qubits);
        const Eigen::SelfAdjointEigenSolver<Matrix> solver(random + random.adjoint());
        const Vector phases =
            (imaginary_unit * distance * solver.eigenvalues().cast<std::complex<double>>()).array().exp();
        const Matrix near = solver.eigenvectors() * phases.asDiagonal() * solver.eigenvectors().adjoint();
        SCOPED_TRACE(fmt::format("{} qubits, {} away, repeat {}", qubits, distance, repeat));
        expect_unitary_is_exact(qubits, permutation * near);
      }
    }
  }
}

// Many coinciding eigenvalues that are roots of unity; QR iterations get stuck on some of these.
TEST(Lowering, OfPermutationsWithPhasesIsExact) {
  RandomStream stream({10, Purpose::test, 3, 0});
  for (int repeat = 0; repeat < 150; ++repeat) {
    const std::uint32_t qubits = 3 + static_cast<std::uint32_t>(repeat % 2);
    const Eigen::Index size = Eigen::Index{1} << qubits;
    Eigen::PermutationMatrix<Eigen::Dynamic> permutation(size);
    permutation.setIdentity();
    for (Eigen::Index place = 0; place < size; ++place)
      permutation.applyTranspositionOnTheRight(
          place, place + static_cast<Eigen::Index>(stream.below(static_cast<std::uint64_t>(size - place))));
    Vector phases(size);
    for (auto& phase : phases) phase = std::polar(1.0, std::numbers::pi / 4 * static_cast<double>(stream.below(8)));
    SCOPED_TRACE(fmt::format("repeat {}", repeat));
    expect_unitary_is_exact(qubits, permutation * Matrix(phases.asDiagonal()));
  }
}

TEST(Lowering, OfProductsAndStandardGatesAsMatricesIsExact) {
  const double half = std::sqrt(0.5);
  const std::complex<double> i = imaginary_unit;
  const Matrix h = (Matrix(2, 2) << half, half, half, -half).finished(), s = (Matrix(2, 2) << 1, 0, 0, i).finished();
  const auto kronecker = [](const Matrix& left, const Matrix& right) {
    Matrix result(left.rows() * right.rows(), left.cols() * right.cols());
    for (Eigen::Index row = 0; row < left.rows(); ++row)
      for (Eigen::Index column = 0; column < left.cols(); ++column)
        result.block(row * right.rows(), column * right.cols(), right.rows(), right.cols()) = left(row, column) * right;
    return result;
  };
  Matrix swap = Matrix::Identity(4, 4), root = swap;
  swap.block(1, 1, 2, 2) << 0, 1, 1, 0;
  root.block(1, 1, 2, 2) << (1.0 + i) / 2.0, (1.0 - i) / 2.0, (1.0 - i) / 2.0, (1.0 + i) / 2.0;
  for (const Matrix& one : {h, s, Matrix(h * s)}) {
    expect_unitary_is_exact(1, one);
    for (const Matrix& two : {h, s, Matrix(s * h)}) {
      expect_unitary_is_exact(2, kronecker(one, two));
      expect_unitary_is_exact(2, kronecker(one, two) * swap);
      expect_unitary_is_exact(2, kronecker(one, two) * root * kronecker(two, one));
      expect_unitary_is_exact(3, kronecker(one, swap * kronecker(two, one)));
    }
  }
}

// Expectation values of the form with controls, from the rotations alone.
TEST(Lowering, DiagonalControlsKeepExpectationValues) {
  for (std::uint64_t seed = 50; seed < 80; ++seed) {
    const Problem problem = random_problem(seed, static_cast<std::uint32_t>(2 + seed % 4), 20, 1);
    RotationForm form = to_rotation_form(problem.circuit, problem.observables);
    make_controls_diagonal(form);
    Vector state = Vector::Unit(Eigen::Index{1} << problem.circuit.qubits(), 0);
    for (const PauliRotation& rotation : form.rotations)
      state = rotated(rotation, state, value_of(rotation.offset, rotation.terms, problem));
    std::vector<double> outputs(problem.outputs());
    for (const MeasuredPauli& measured : form.measured)
      outputs[measured.output] += measured.coefficient * state.dot(times(measured.pauli, state)).real();
    EXPECT_TRUE(all_near(
        outputs, dense_outputs(problem.circuit, problem.observables, problem.parameters, problem.sample(0)), 1e-12))
        << "seed " << seed;
  }
}

TEST(Lowering, CliffordGatesOfEveryKindCostNothing) {
  Circuit circuit(3);
  circuit.x(0).y(1).z(2).h(0).s(1).s_dagger(2).sqrt_x(0).append({GateKind::sqrt_x_dagger, {1}});
  circuit.cnot(0, 1).cy(1, 2).cz(2, 0).swap(0, 2).iswap(1, 2).append({GateKind::iswap, {0, 1}});
  circuit.rx(0, Angle::constant(std::numbers::pi)).rzz(0, 1, Angle::constant(-std::numbers::pi / 2));
  circuit.crx(0, 1, Angle::constant(std::numbers::pi)).cphase(1, 2, Angle::constant(-std::numbers::pi));
  EXPECT_TRUE(lower(circuit).rotations.empty());
}

// A Toffoli gate of seven T gates (Nielsen and Chuang, Fig. 4.9) twice is the identity: the T gates pair up.
TEST(Lowering, PairsOfTGatesGoIntoTheFrame) {
  Circuit circuit(3);
  for (int repeat = 0; repeat < 2; ++repeat) {
    circuit.h(2).cnot(1, 2).t_dagger(2).cnot(0, 2).t(2).cnot(1, 2).t_dagger(2).cnot(0, 2).t(1).t(2).h(2);
    circuit.cnot(0, 1).t(0).t_dagger(1).cnot(0, 1);
  }
  EXPECT_TRUE(lower(circuit).rotations.empty());
  expect_equal_to_dense(problem_of(0, circuit, {}, 1));
  circuit.h(0).h(1).h(2).s(0).t(1).rx(1, Angle::parameter(0)).t(1);
  expect_equal_to_dense(problem_of(1, circuit, {}, 1));
}

TEST(Lowering, CliffordRotationsFromMergesMovePastLaterOnes) {
  Circuit circuit(3);
  circuit.h(0).h(1).rx(2, Angle::parameter(0)).t(0).cphase(0, 1, Angle::parameter(1)).rz(1, Angle::parameter(2)).t(0);
  circuit.ry(0, Angle::parameter(3)).cnot(0, 2).t(2).append({GateKind::ry, {1}, {0}, {Angle::parameter(4)}}).t(2).h(1);
  expect_equal_to_dense(problem_of(2, circuit, {}, 1));
  for (const PauliRotation& rotation : lower(circuit).rotations)
    EXPECT_FALSE(rotation.terms.empty() && std::abs(rotation.offset) > 1.5);
}

TEST(Lowering, ControlsStayControlsUntilTheyAreExpanded) {
  Circuit circuit(4);
  circuit.h(0).toffoli(0, 1, 2).append({GateKind::ry, {3}, {0, 1, 2}, {Angle::parameter(0)}});
  LoweredCircuit lowered = lower(circuit);
  // The controlled R_X(pi), its phase, and the controlled R_Y.
  ASSERT_EQ(lowered.rotations.size(), 3u);
  EXPECT_EQ(lowered.rotations[2].controls.size(), 3u);
  expand_controls(lowered);
  EXPECT_EQ(lowered.rotations.size(), 4u + 3 + 8);
}

TEST(Lowering, RefusesMeasurementAndResetByName) {
  Circuit circuit(2);
  circuit.h(0).measure(1, 0);
  try {
    lower(circuit);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::usage);
    EXPECT_THAT(error.what(), ::testing::HasSubstr("gate 1 (measure on qubit 1)"));
    EXPECT_THAT(error.what(), ::testing::HasSubstr("sample"));
  }
}

TEST(Lowering, ExpansionOfManyControlsIsRefusedByName) {
  std::vector<std::uint32_t> controls(11);
  std::iota(controls.begin(), controls.end(), 0u);
  Circuit circuit(12);
  circuit.h(11).append({GateKind::rx, {11}, controls, {Angle::parameter(0)}});
  RotationForm form = to_rotation_form(circuit, {Observable::pauli_z(11)});
  try {
    expand_controls(form, &circuit);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::usage);
    EXPECT_THAT(error.what(), ::testing::HasSubstr("gate 1 (C11-R_X from qubits 0, 1"));
  }
}

}  // namespace
}  // namespace tacit::quantum_sim::test
