#include "quantum_sim/measurement/amplitudes.h"

#include "core/error.h"
#include "hwy/targets.h"
#include "quantum_sim/noise_reference.h"

namespace tacit::quantum_sim::test {
namespace {

struct OnlyTarget {
  explicit OnlyTarget(std::int64_t target) { hwy::SetSupportedTargetsForTest(target); }
  ~OnlyTarget() { hwy::SetSupportedTargetsForTest(0); }
};

template <class T>
Vector values_of(const Amplitudes<T>& state) {
  Vector result(static_cast<Eigen::Index>(state.size()));
  for (std::size_t j = 0; j < state.size(); ++j)
    result(static_cast<Eigen::Index>(j)) = std::complex<double>(state.values()[j]);
  return result;
}

template <class T>
void set(Amplitudes<T>& state, const Vector& values) {
  for (std::size_t j = 0; j < state.size(); ++j)
    state.values()[j] = std::complex<T>(values(static_cast<Eigen::Index>(j)));
}

template <class T>
void expect_circuits_agree(double tolerance, std::initializer_list<std::uint32_t> sizes) {
  for (const std::uint32_t qubits : sizes)
    for (std::uint64_t seed = 0; seed < 4; ++seed) {
      SCOPED_TRACE(fmt::format("{} qubits, seed {}", qubits, seed));
      const Circuit circuit = random_circuit_of_all_gates(seed, qubits, 60);
      RandomStream stream({seed, Purpose::test, 3, 0});
      const auto parameters = random_values(stream, 4, 3), inputs = random_values(stream, 4, 2);
      Amplitudes<T> state(qubits);
      state.prepare(circuit, inputs);
      for (std::size_t position = 0; position < circuit.gates().size(); ++position)
        state.apply(bound_gate(circuit.gates()[position], position, parameters, inputs));
      EXPECT_LT((values_of(state) - dense_state(circuit, parameters, inputs)).norm(), tolerance);
    }
}

TEST(Amplitudes, EveryGateAgreesWithDenseMatricesOnEveryInstructionSet) {
  for (const std::int64_t target : hwy::SupportedAndGeneratedTargets()) {
    SCOPED_TRACE(hwy::TargetName(target));
    const OnlyTarget only(target);
    expect_circuits_agree<double>(1e-12, {1, 2, 3, 5, 7});
    expect_circuits_agree<float>(2e-5, {1, 3, 7});
  }
}

TEST(Amplitudes, AnyMatrixOnAnyTargetsUnderAnyControls) {
  for (std::uint64_t seed = 0; seed < 48; ++seed) {
    RandomStream stream({seed, Purpose::test, 4, 0});
    const std::uint32_t qubits = 8;
    const std::size_t targets = 1 + seed / 2 % 6, controls = stream.below(3);
    const auto chosen = random_qubits(stream, qubits, targets + controls);
    LocalMap map;
    map.targets.assign(chosen.begin(), chosen.begin() + static_cast<std::ptrdiff_t>(targets));
    for (std::size_t place = targets; place < chosen.size(); ++place) map.controls |= std::uint64_t{1} << chosen[place];
    Matrix local = random_matrix(stream, Eigen::Index{1} << targets);
    // Every second one has mostly zeros, some rows nothing else.
    if (seed % 2)
      for (Eigen::Index place = 0; place < local.size(); ++place)
        if (stream.below(10) < 8) local.data()[place] = 0;
    map.entries = row_major(local);
    Amplitudes<double> state(qubits);
    const Vector before = random_state(stream, qubits);
    set(state, before);
    state.apply(map);
    Vector expected = embed(local, map.targets, qubits) * before;
    for (Eigen::Index j = 0; j < before.size(); ++j)
      if ((static_cast<std::uint64_t>(j) & map.controls) != map.controls) expected(j) = before(j);
    EXPECT_LT((values_of(state) - expected).norm(), 1e-11) << "seed " << seed;
  }
}

TEST(Amplitudes, PauliStringsActWithTheirPhases) {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    RandomStream stream({seed, Purpose::test, 5, 0});
    const auto qubits = static_cast<std::uint32_t>(1 + stream.below(7));
    const std::uint64_t strings = std::uint64_t{1} << qubits, x = stream.below(strings), z = stream.below(strings);
    const auto phase = static_cast<std::uint32_t>(stream.below(4));
    Amplitudes<double> state(qubits);
    const Vector before = random_state(stream, qubits);
    set(state, before);
    state.apply(Pauli{x, z, phase});
    // The dense string is Hermitian: i^|x & z| X Z.
    const auto extra = static_cast<double>((phase + 64 - static_cast<std::uint32_t>(std::popcount(x & z))) % 4);
    const Vector expected = std::polar(1.0, extra * M_PI / 2) * (pauli_matrix(x, z, qubits) * before);
    EXPECT_LT((values_of(state) - expected).norm(), 1e-13) << "seed " << seed;
  }
}

TEST(Amplitudes, WeightsProjectionsAndReducedDensityMatrices) {
  RandomStream stream({1, Purpose::test, 6, 0});
  const std::uint32_t qubits = 6;
  const Vector psi = random_state(stream, qubits);
  Amplitudes<double> state(qubits);
  for (std::uint32_t qubit = 0; qubit < qubits; ++qubit) {
    const Matrix z = pauli_matrix(0, std::uint64_t{1} << qubit, qubits);
    const double mean = psi.dot(z * psi).real();
    set(state, psi);
    EXPECT_NEAR(state.weight(), 1, 1e-14);
    EXPECT_NEAR(state.weights(qubit)[1], (1 - mean) / 2, 1e-14);
    state.project(qubit, true);
    EXPECT_NEAR(state.weight(), (1 - mean) / 2, 1e-14);
    EXPECT_NEAR(state.weights(qubit)[0], 0, 1e-15);
    state.lower_to_zero(qubit);
    EXPECT_NEAR(state.weights(qubit)[0], (1 - mean) / 2, 1e-14);
    EXPECT_NEAR(state.weights(qubit)[1], 0, 1e-15);
  }
  set(state, psi);
  for (const std::vector<std::uint32_t>& chosen : {std::vector<std::uint32_t>{3}, {5, 0}, {1, 4, 2}}) {
    const Eigen::Index size = Eigen::Index{1} << chosen.size();
    std::vector<std::complex<double>> reduced(static_cast<std::size_t>(size * size));
    state.reduced_density(chosen, reduced);
    // Tr(A rho_reduced) = <psi| A (x) 1 |psi> for any A.
    const Matrix a = random_matrix(stream, size);
    const std::complex<double> expected = psi.dot(embed(a, chosen, qubits) * psi);
    EXPECT_LT(std::abs((a * from_row_major(reduced)).trace() - expected), 1e-13);
  }
}

TEST(Amplitudes, LargeStatesAreTheSameForAnyNumberOfThreads) {
  const std::uint32_t qubits = 17;
  Circuit circuit(qubits);
  for (std::uint32_t qubit = 0; qubit < qubits; ++qubit) circuit.ry(qubit, Angle::constant(0.3 + 0.1 * qubit));
  for (std::uint32_t qubit = 0; qubit + 1 < qubits; ++qubit)
    circuit.cnot(qubit, qubit + 1).rz(qubit, Angle::constant(1));
  circuit.pauli_rotation("XYZ", {0, 9, 16}, Angle::constant(0.7)).swap(2, 16);
  const auto run = [&](ThreadPool* pool) {
    Amplitudes<float> state(qubits, pool);
    for (std::size_t position = 0; position < circuit.gates().size(); ++position)
      state.apply(bound_gate(circuit.gates()[position], position, {}, {}));
    return std::vector<std::complex<float>>(state.values().begin(), state.values().end());
  };
  const auto alone = run(nullptr);
  for (const std::size_t threads : {1, 2, 3}) {
    ThreadPool pool(threads);
    EXPECT_EQ(run(&pool), alone) << threads << " threads";
  }
}

TEST(Amplitudes, EncodedAmplitudesAreNormalised) {
  Circuit circuit(3);
  circuit.encode_amplitudes(5);
  const std::vector<double> inputs = {1e200, -2e200, 0, 1e200, 3e200}, zeros(5);
  Amplitudes<double> state(3);
  state.prepare(circuit, inputs);
  EXPECT_NEAR(state.weight(), 1, 1e-14);
  EXPECT_NEAR(state.values()[1].real() / state.values()[4].real(), -2.0 / 3, 1e-14);
  EXPECT_THROW(state.prepare(circuit, zeros), Error);
}

}  // namespace
}  // namespace tacit::quantum_sim::test
