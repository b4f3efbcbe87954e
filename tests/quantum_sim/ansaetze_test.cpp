#include "quantum_sim/circuit/ansaetze.h"

#include "core/error.h"
#include "quantum_sim/circuit/observables.h"
#include "quantum_sim/dense_reference.h"
#include "quantum_sim/random_problem.h"

namespace tacit::quantum_sim::test {
namespace {

// Column by column, from each basis state.
Matrix matrix_of(const Circuit& circuit, std::span<const double> parameters) {
  const Eigen::Index size = Eigen::Index{1} << circuit.qubits();
  Matrix matrix(size, size);
  for (Eigen::Index column = 0; column < size; ++column) {
    Circuit prepared(circuit.qubits());
    for (std::uint32_t qubit = 0; qubit < circuit.qubits(); ++qubit)
      if (column >> qubit & 1) prepared.x(qubit);
    for (const Gate& gate : circuit.gates()) prepared.append(gate);
    matrix.col(column) = dense_state(prepared, parameters, {});
  }
  return matrix;
}

// The dimension of the group that a circuit's matrices fill near random parameters: the rank of U^dagger dU, by central
// differences.
Eigen::Index dimension_filled(const Circuit& circuit, std::uint64_t seed) {
  RandomStream stream({seed, Purpose::test, 6, 0});
  const std::vector<double> parameters = random_values(stream, circuit.parameters(), 3);
  const Matrix adjoint = matrix_of(circuit, parameters).adjoint();
  Eigen::MatrixXd derivatives(2 * adjoint.size(), static_cast<Eigen::Index>(parameters.size()));
  const double step = 1e-4;
  for (std::size_t index = 0; index < parameters.size(); ++index) {
    std::vector<double> plus = parameters, minus = parameters;
    plus[index] += step;
    minus[index] -= step;
    const Matrix derivative = adjoint * (matrix_of(circuit, plus) - matrix_of(circuit, minus)) / (2 * step);
    derivatives.col(static_cast<Eigen::Index>(index)) << derivative.real().reshaped(), derivative.imag().reshaped();
  }
  Eigen::JacobiSVD<Eigen::MatrixXd> svd(derivatives);
  svd.setThreshold(1e-5);
  return svd.rank();
}

double expectation(const Circuit& circuit, std::span<const double> parameters, const Observable& observable) {
  return dense_outputs(circuit, {observable}, parameters, {})[0];
}

TEST(Ansaetze, StronglyEntanglingHasItsRanges) {
  Circuit circuit(4);
  EXPECT_EQ(append_strongly_entangling(circuit, 4, 5), 5u + 4 * 12);
  std::vector<std::uint32_t> ranges;
  for (const Gate& gate : circuit.gates())
    if (!gate.controls.empty()) ranges.push_back((gate.targets[0] + 4 - gate.controls[0]) % 4);
  EXPECT_EQ(ranges, (std::vector<std::uint32_t>{1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 1, 1, 1, 1}));
  Circuit single(1);
  EXPECT_EQ(append_strongly_entangling(single, 2), 6u);
  EXPECT_EQ(dimension_filled(single, 1), 3);
}

TEST(Ansaetze, AnSu4BrickReachesEveryTwoQubitGate) {
  Circuit circuit(2);
  EXPECT_EQ(append_su4_bricks(circuit, 1), 15u);
  EXPECT_EQ(dimension_filled(circuit, 2), 15);
  Circuit wall(5);
  EXPECT_EQ(append_su4_bricks(wall, 2, 1), 1u + 2 * 4 * 15);
}

// An even and an odd block with one determinant.
TEST(Ansaetze, AMatchgateIsAnArbitraryMatchgate) {
  Circuit circuit(2);
  EXPECT_EQ(append_matchgates(circuit, 1), 6u);
  EXPECT_EQ(dimension_filled(circuit, 3), 6);
  RandomStream stream({4, Purpose::test, 6, 0});
  const Matrix u = matrix_of(circuit, random_values(stream, 6, 3));
  for (const int even : {0, 3})
    for (const int odd : {1, 2}) EXPECT_LT(std::abs(u(even, odd)) + std::abs(u(odd, even)), 1e-14);
  EXPECT_LT(std::abs(u(0, 0) * u(3, 3) - u(0, 3) * u(3, 0) - u(1, 1) * u(2, 2) + u(1, 2) * u(2, 1)), 1e-14);
}

TEST(Ansaetze, SharedAndSeparateParametersAreCounted) {
  for (const auto& [boundary, bonds] : {std::pair{Boundary::open, 4u}, {Boundary::periodic, 5u}}) {
    Circuit circuit(5);
    EXPECT_EQ(append_transverse_field_ising(circuit, 3, Sharing::per_group, boundary), 6u);
    EXPECT_EQ(append_transverse_field_ising(circuit, 3, Sharing::per_term, boundary, 6), 6 + 3 * (bonds + 5));
    EXPECT_EQ(append_xxz(circuit, 3, Sharing::per_group, boundary), 12u);
    EXPECT_EQ(append_xxz(circuit, 3, Sharing::per_term, boundary), 3 * 2 * bonds);
  }
  Circuit two(2);
  EXPECT_EQ(append_xxz(two, 1, Sharing::per_group, Boundary::periodic), 2u);
  Circuit one(1);
  EXPECT_EQ(append_transverse_field_ising(one, 2), 2u);
}

// X on all qubits commutes with the Ising model, the sum of Z with the XXZ chain, Z on all qubits with matchgates.
TEST(Ansaetze, ConserveWhatTheirModelsConserve) {
  RandomStream stream({5, Purpose::test, 6, 0});
  for (const Boundary boundary : {Boundary::open, Boundary::periodic}) {
    Circuit start(4);
    start.ry(0, Angle::constant(0.4)).h(1).ry(2, Angle::constant(1.9)).x(3).cnot(0, 2).rz(2, Angle::constant(0.8));
    Circuit ising = start, xxz = start, matchgates = start;
    append_transverse_field_ising(ising, 2, Sharing::per_term, boundary);
    append_xxz(xxz, 2, Sharing::per_term, boundary);
    append_matchgates(matchgates, 2);
    const auto expect_conserved = [&](const Circuit& circuit, const Observable& conserved, const Observable& moved) {
      const std::vector<double> parameters = random_values(stream, circuit.parameters(), 3);
      EXPECT_NEAR(expectation(circuit, parameters, conserved), expectation(start, {}, conserved), 1e-13);
      EXPECT_GT(std::abs(expectation(circuit, parameters, moved) - expectation(start, {}, moved)), 1e-3);
    };
    expect_conserved(ising, {{{1, 0b1111, 0}}}, {{{1, 0, 0b1000}}});
    expect_conserved(xxz, sum_of_z(4), {{{1, 0, 0b1000}}});
    expect_conserved(matchgates, Observable::pauli_z_string(0b1111), {{{1, 0, 0b1000}}});
  }
}

TEST(Ansaetze, PauliRotationsAreAsWritten) {
  Circuit circuit(3);
  EXPECT_EQ(append_pauli_rotations(circuit, 2, {"XIY", "IZ"}), 4u);
  EXPECT_EQ(name(circuit.gates()[0]), "R_XY");
  EXPECT_EQ(circuit.gates()[0].targets, (std::vector<std::uint32_t>{0, 2}));
  EXPECT_EQ(circuit.gates()[3].targets, (std::vector<std::uint32_t>{1}));
  for (const char* bad : {"XXXX", "XQ", "II", ""})
    EXPECT_THROW(append_pauli_rotations(circuit, 1, {"X", bad}), Error) << bad;
  EXPECT_EQ(circuit.gates().size(), 4u);
}

TEST(Ansaetze, RunLikeTheirMatrices) {
  Circuit circuit(4);
  std::uint32_t next = append_strongly_entangling(circuit, 2);
  next = append_transverse_field_ising(circuit, 1, Sharing::per_group, Boundary::periodic, next);
  next = append_xxz(circuit, 1, Sharing::per_group, Boundary::open, next);
  next = append_matchgates(circuit, 1, next);
  next = append_su4_bricks(circuit, 1, next);
  append_pauli_rotations(circuit, 1, {"XYZX"}, next);
  const Problem problem = problem_of(11, circuit, {Observable::pauli_z(0), {{{1.0, 0b0110, 0b1100}}}}, 1);
  BatchSimulator<double> simulator(problem.circuit, problem.observables);
  EXPECT_TRUE(all_near(forward(simulator, problem), dense_outputs(circuit, problem.observables, problem.parameters, {}),
                       1e-13));
}

}  // namespace
}  // namespace tacit::quantum_sim::test
