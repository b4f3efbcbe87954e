#include "quantum_sim/compile/readout.h"

#include <numbers>

#include "quantum_sim/compile/stabilizer_phase.h"
#include "quantum_sim/dense_reference.h"
#include "quantum_sim/dense_rotations.h"
#include "quantum_sim/random_problem.h"

namespace tacit::quantum_sim::test {
namespace {

const std::complex<double> imaginary_unit(0, 1);

// From the rotations and the read-out alone.
Vector read_out(const Circuit& circuit, const Problem& problem) {
  LoweredCircuit lowered = lower(circuit);
  const Readout readout = make_readout(lowered);
  Vector state = Vector::Unit(Eigen::Index{1} << circuit.qubits(), 0);
  for (const PauliRotation& rotation : lowered.rotations)
    state = rotated(rotation, state, value_of(rotation.offset, rotation.terms, problem));
  const std::complex<double> phase = std::polar(1.0, value_of(lowered.phase.offset, lowered.phase.terms, problem));
  Vector amplitudes(state.size());
  readout.for_each([&](std::uint64_t basis_state, const Readout::Place& place) {
    amplitudes(static_cast<Eigen::Index>(basis_state)) =
        phase * std::pow(imaginary_unit, place.quarters) * state(static_cast<Eigen::Index>(place.row));
    const Readout::Place direct = readout(basis_state);
    EXPECT_EQ(direct.row, place.row);
    EXPECT_EQ(direct.quarters, place.quarters);
  });
  return amplitudes;
}

TEST(Readout, OfRandomCircuitsIsTheStateWithItsPhase) {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    const Problem problem = random_problem(seed, static_cast<std::uint32_t>(1 + seed % 5), 3 + seed % 29, 1);
    const Vector expected = dense_state(problem.circuit, problem.parameters, problem.sample(0));
    EXPECT_LT((read_out(problem.circuit, problem) - expected).norm(), 1e-12) << "seed " << seed;
  }
}

// No rotation at all before the read-out: the Clifford gate is everything.
TEST(Readout, OfRandomCliffordCircuitsIsTheStateWithItsPhase) {
  constexpr GateKind kinds[] = {GateKind::x, GateKind::y,      GateKind::z,    GateKind::h,    GateKind::s,
                                GateKind::x, GateKind::sqrt_x, GateKind::swap, GateKind::iswap};
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    RandomStream stream({seed, Purpose::test, 4, 0});
    const auto qubits = static_cast<std::uint32_t>(2 + seed % 4);
    Circuit circuit(qubits);
    for (std::uint64_t gate = 0; gate < 3 + seed % 37; ++gate) {
      const std::uint64_t kind = stream.below(std::size(kinds));
      circuit.append(random_gate(kinds[kind], qubits, kind < 3 ? stream.below(2) : 0, stream));
    }
    ASSERT_TRUE(lower(circuit).rotations.empty());
    const Vector expected = dense_state(circuit, {}, {});
    EXPECT_LT((read_out(circuit, problem_of(seed, circuit, {}, 1)) - expected).norm(), 1e-13) << "seed " << seed;
  }
}

TEST(Readout, OfPermutationsAndPhasesNeedsNoRotation) {
  Circuit circuit(4);
  circuit.ry(0, Angle::parameter(0)).cnot(0, 1).x(2).swap(1, 3).cz(0, 2).s(1).iswap(2, 3).y(0);
  LoweredCircuit lowered = lower(circuit);
  make_readout(lowered);
  EXPECT_EQ(lowered.rotations.size(), 1u);
}

TEST(StabilizerPhase, FollowsOneAmplitudeOfTheState) {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    RandomStream stream({seed, Purpose::test, 5, 0});
    const auto qubits = static_cast<std::uint32_t>(1 + seed % 4);
    std::vector<CliffordTurn> turns;
    Vector state = Vector::Unit(Eigen::Index{1} << qubits, 0);
    for (int turn = 0; turn < 20; ++turn) {
      Pauli pauli{stream.below(std::uint64_t{1} << qubits), stream.below(std::uint64_t{1} << qubits), 0};
      pauli.phase = (parity(pauli.x & pauli.z) + 2 * static_cast<std::uint32_t>(stream.below(2))) & 3u;
      turns.push_back({pauli, static_cast<std::uint32_t>(stream.below(4))});
      state = rotated(PauliRotation{pauli}, state, turns.back().quarters * std::numbers::pi / 2);
    }
    const StabilizerAmplitude found = stabilizer_amplitude(turns, qubits);
    const std::complex<double> amplitude = state(static_cast<Eigen::Index>(found.index));
    ASSERT_GT(std::abs(amplitude), 1e-3) << "seed " << seed;
    EXPECT_LT(std::abs(amplitude / std::abs(amplitude) - std::polar(1.0, found.eighths * std::numbers::pi / 4)), 1e-12)
        << "seed " << seed;
  }
}

}  // namespace
}  // namespace tacit::quantum_sim::test
