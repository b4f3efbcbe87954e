#include "quantum_sim/analysis/lie/g_sim.h"

#include <limits>

#include "core/error.h"
#include "hwy/targets.h"
#include "quantum_sim/analysis/lie/lie_reference.h"
#include "quantum_sim/circuit/observables.h"
#include "quantum_sim/random_problem.h"
#include "quantum_sim/state/state_simulator.h"

namespace tacit::quantum_sim::test {
namespace {

using ::testing::HasSubstr;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

PauliSum negative(PauliSum sum) {
  for (PauliSum::Term& term : sum.terms) term.coefficient = -term.coefficient;
  return sum;
}

template <class Action>
void expect_usage(Action action, const std::string& part) {
  try {
    action();
    ADD_FAILURE() << "no error, expected " << part;
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::usage);
    EXPECT_THAT(error.what(), HasSubstr(part));
  }
}

// `layers` times [exp(-i g sum Z Z / 2), exp(-i b sum X / 2)] with an angle for each rotation, or two for each layer.
PauliCircuit ising_circuit(std::uint32_t qubits, std::uint32_t layers, bool is_shared) {
  PauliCircuit circuit(qubits);
  std::uint32_t next = 0;
  for (std::uint32_t layer = 0; layer < layers; ++layer)
    for (const char* letters : {"ZZ", "X"}) {
      if (is_shared) circuit.rotate(chain_sum(qubits, letters), Angle::parameter(next++));
      if (is_shared) continue;
      for (const PauliSum& string : chain(qubits, letters)) circuit.rotate(string, Angle::parameter(next++));
    }
  return circuit;
}

PauliSum ising_energy(std::uint32_t qubits, double field) {
  PauliSum energy = negative(chain_sum(qubits, "ZZ"));
  for (const PauliSum& x : chain(qubits, "X")) energy.terms.push_back({-field, x.terms[0].string});
  return energy;
}

// |+> on every qubit.
std::vector<double> plus_snapshot(const LieSimulator& simulator) {
  const std::vector<BlochVector> plus(simulator.circuit().qubits(), BlochVector{1, 0, 0});
  std::vector<double> snapshot(simulator.dimension());
  simulator.product_snapshot(plus, snapshot);
  return snapshot;
}

std::vector<double> zero_snapshot(const LieSimulator& simulator) {
  std::vector<double> snapshot(simulator.dimension());
  simulator.zero_snapshot(snapshot);
  return snapshot;
}

struct Result {
  std::vector<double> outputs, parameters, inputs, snapshots;
};

Result run(LieSimulator& simulator, const std::vector<double>& parameters, const std::vector<double>& inputs,
           const std::vector<double>& snapshots, std::size_t batch, const std::vector<double>& upstream) {
  Result result{std::vector<double>(upstream.size()), std::vector<double>(parameters.size()),
                std::vector<double>(inputs.size()), std::vector<double>(snapshots.size())};
  simulator.backward(parameters, inputs, snapshots, batch, upstream, result.outputs,
                     {result.parameters, result.inputs, result.snapshots});
  return result;
}

double weighted(LieSimulator& simulator, const std::vector<double>& parameters, const std::vector<double>& inputs,
                const std::vector<double>& snapshots, std::size_t batch, const std::vector<double>& upstream) {
  std::vector<double> outputs(upstream.size());
  simulator.forward(parameters, inputs, snapshots, batch, outputs);
  double sum = 0;
  for (std::size_t place = 0; place < outputs.size(); ++place) sum += upstream[place] * outputs[place];
  return sum;
}

// Fourth-order central difference by one number.
template <class Function>
double difference(std::vector<double>& values, std::size_t index, Function function) {
  const double step = 1e-3, start = values[index];
  const auto at = [&](double offset) {
    values[index] = start + offset;
    const double result = function();
    values[index] = start;
    return result;
  };
  return (8 * (at(step) - at(-step)) - (at(2 * step) - at(-2 * step))) / (12 * step);
}

TEST(LieSimulator, AgreesWithStateVectorsOnRandomCircuits) {
  for (std::uint64_t seed = 0; seed < 8; ++seed) {
    SCOPED_TRACE(seed);
    const Problem p = random_problem(seed, 2 + seed % 3, 50, 3);
    BatchSimulator<double> reference(p.circuit, p.observables);
    LieSimulator simulator(p.circuit, p.observables);
    const std::vector<double> snapshot = zero_snapshot(simulator);
    // The state vectors take inputs by sample; here a call has one sample's.
    const auto expected = backward(reference, p);
    std::vector<double> outputs, parameters(p.circuit.parameters()), inputs;
    for (std::size_t sample = 0; sample < p.batch; ++sample) {
      const std::vector<double> x(p.sample(sample).begin(), p.sample(sample).end());
      const std::vector<double> upstream(p.upstream.begin() + static_cast<std::ptrdiff_t>(sample * p.outputs()),
                                         p.upstream.begin() + static_cast<std::ptrdiff_t>((sample + 1) * p.outputs()));
      std::vector<double> theta = p.parameters;
      // Parameters that the observables cannot see may be gone from the end of the list.
      theta.resize(simulator.circuit().parameters());
      std::vector<double> seen = x;
      seen.resize(simulator.circuit().inputs());
      const Result result = run(simulator, theta, seen, snapshot, 1, upstream);
      outputs.insert(outputs.end(), result.outputs.begin(), result.outputs.end());
      for (std::size_t place = 0; place < result.parameters.size(); ++place)
        parameters[place] += result.parameters[place];
      inputs.insert(inputs.end(), result.inputs.begin(), result.inputs.end());
      inputs.resize((sample + 1) * p.circuit.inputs());
    }
    EXPECT_TRUE(all_near(outputs, expected.outputs, 1e-12));
    EXPECT_TRUE(all_near(parameters, expected.parameters, 1e-11));
    EXPECT_TRUE(all_near(inputs, expected.inputs, 1e-11));
  }
}

TEST(LieSimulator, TakesEveryKindOfGate) {
  Circuit circuit(3);
  circuit.h(0).t(1).crx(0, 1, Angle::parameter(0)).rzz(1, 2, Angle::parameter(1)).cphase(2, 0, Angle::input(0));
  circuit.swap(0, 2).toffoli(0, 1, 2).universal(1, Angle::parameter(2), Angle::input(0, 0.5), Angle::parameter(0));
  circuit.iswap(1, 2).cry(1, 2, Angle::parameter(1, -2)).s_dagger(0).sqrt_x(1);
  circuit.pauli_rotation("YXZ", {0, 1, 2}, Angle::parameter(3));
  const std::vector<Observable> observables{{{{1, 0b010, 0b001}, {0.3, 0b111, 0b010}}}, Observable::pauli_z(2)};
  LieSimulator simulator(circuit, observables);
  const std::vector<double> snapshot = zero_snapshot(simulator), upstream{1, -0.4};
  std::vector<double> parameters{0.4, -1.3, 0.9, 2.1}, inputs{0.7};
  const Result result = run(simulator, parameters, inputs, snapshot, 1, upstream);
  EXPECT_TRUE(all_near(result.outputs, dense_outputs(circuit, observables, parameters, inputs), 1e-12));
  const auto value = [&] {
    const std::vector<double> outputs = dense_outputs(circuit, observables, parameters, inputs);
    return upstream[0] * outputs[0] + upstream[1] * outputs[1];
  };
  for (std::size_t place = 0; place < parameters.size(); ++place)
    EXPECT_NEAR(result.parameters[place], difference(parameters, place, value), 1e-9);
  EXPECT_NEAR(result.inputs[0], difference(inputs, 0, value), 1e-9);
}

// Product states, several samples and outputs at once, both ways of mixing.
TEST(LieSimulator, BatchesOfProductStatesAgreeWithStateVectors) {
  const std::uint32_t qubits = 4;
  Circuit encoding(qubits), circuit(qubits);
  for (std::uint32_t qubit = 0; qubit < qubits; ++qubit) {
    circuit.ry(qubit, Angle::input(2 * qubit)).rz(qubit, Angle::input(2 * qubit + 1));
    encoding.ry(qubit, Angle::input(2 * qubit)).rz(qubit, Angle::input(2 * qubit + 1));
  }
  PauliCircuit ansatz(qubits);
  for (std::uint32_t qubit = 0; qubit + 1 < qubits; ++qubit) {
    circuit.cnot(qubit, qubit + 1).rz(qubit + 1, Angle::parameter(qubit, 0.7)).cnot(qubit, qubit + 1);
    ansatz.rotate(placed(qubits, "ZZ", qubit), Angle::parameter(qubit, 0.7));
  }
  for (std::uint32_t qubit = 0; qubit < qubits; ++qubit) circuit.rx(qubit, Angle::parameter(3, 1, 0.2));
  ansatz.rotate(chain_sum(qubits, "X"), Angle::parameter(3, 1, 0.2));
  const std::vector<Observable> observables{
      Observable::pauli_z(0), {{{1, 0, 0b0110}, {-0.5, 0b0001, 0}}}, {{{1, 0b11, 0b11}}}};
  const std::vector<PauliSum> sums{PauliString::parse("ZIII"),
                                   PauliSum({{1, PauliString::parse("IZZI")}, {-0.5, PauliString::parse("XIII")}}),
                                   PauliString::parse("YYII")};
  for (const std::size_t batch : {1u, 2u, 5u}) {
    const Problem p = problem_of(11, circuit, observables, batch);
    BatchSimulator<double> reference(circuit, observables);
    LieSimulator simulator(ansatz, sums);
    std::vector<double> snapshots(batch * simulator.dimension()), encoded(snapshots.size());
    for (std::size_t sample = 0; sample < batch; ++sample) {
      std::vector<BlochVector> bloch;
      for (std::uint32_t qubit = 0; qubit < qubits; ++qubit) {
        const double theta = p.sample(sample)[2 * qubit], phi = p.sample(sample)[2 * qubit + 1];
        bloch.push_back({std::sin(theta) * std::cos(phi), std::sin(theta) * std::sin(phi), std::cos(theta)});
      }
      simulator.product_snapshot(bloch,
                                 std::span(snapshots).subspan(sample * simulator.dimension(), simulator.dimension()));
    }
    BatchSimulator<double>(encoding, simulator.basis_observables()).forward({}, p.inputs, batch, encoded);
    EXPECT_TRUE(all_near(snapshots, encoded, 1e-13));
    const auto expected = backward(reference, p);
    const Result result = run(simulator, p.parameters, {}, snapshots, batch, p.upstream);
    EXPECT_TRUE(all_near(result.outputs, expected.outputs, 1e-13));
    EXPECT_TRUE(all_near(result.parameters, expected.parameters, 1e-12));
    // Outputs are linear in snapshots, so their gradient gives them back.
    double sum = 0, expected_sum = 0;
    for (std::size_t place = 0; place < snapshots.size(); ++place) sum += snapshots[place] * result.snapshots[place];
    for (std::size_t place = 0; place < p.upstream.size(); ++place)
      expected_sum += p.upstream[place] * expected.outputs[place];
    EXPECT_NEAR(sum, expected_sum, 1e-12);
    for (const std::size_t place : {std::size_t{0}, snapshots.size() / 2}) {
      std::vector<double> moved = snapshots;
      const auto value = [&] { return weighted(simulator, p.parameters, {}, moved, batch, p.upstream); };
      EXPECT_NEAR(difference(moved, place, value), result.snapshots[place], 1e-10);
    }
  }
}

// |0...0> is not where such a circuit starts; the snapshot of the state that it does start from gives its outputs.
TEST(LieSimulator, EncodedAmplitudesNeedTheirOwnSnapshot) {
  Circuit encoding(2), circuit(2);
  encoding.encode_amplitudes(3);
  circuit.encode_amplitudes(3);
  circuit.rx(0, Angle::parameter(0)).h(1).rzz(0, 1, Angle::parameter(1)).ry(1, Angle::parameter(2));
  const std::vector<Observable> observables{parse_observable("Z0 - 0.5 X1"), parse_observable("Y0 Z1")};
  LieSimulator simulator(circuit, observables);
  std::vector<double> snapshot(simulator.dimension(), 7);
  expect_usage([&] { simulator.zero_snapshot(snapshot); }, "starts from 3 encoded amplitudes, not from |0...0>");
  EXPECT_EQ(snapshot, std::vector<double>(simulator.dimension(), 7));
  const std::vector<double> parameters{0.3, -1.1, 0.7}, amplitudes{0.2, -0.9, 0.5};
  std::vector<double> outputs(2), expected(2);
  StateSimulator<double>(encoding, simulator.basis_observables()).forward({}, amplitudes, snapshot);
  simulator.forward(parameters, {}, snapshot, 1, outputs);
  StateSimulator<double>(circuit, observables).forward(parameters, amplitudes, expected);
  EXPECT_TRUE(all_near(outputs, expected, 1e-14));
}

TEST(LieSimulator, ProductsAndArccosinesOfSourcesDifferentiate) {
  PauliCircuit circuit(3);
  using Source = Angle::Source;
  const Angle::Factor weight{Source::parameter, 0}, feature{Source::input, 0},
      arc{Source::input, 1, Angle::Function::arccos, 0.3};
  circuit.rotate(chain_sum(3, "X"), Angle::product(weight, feature, 1.5, 0.1));
  circuit.rotate(placed(3, "ZZ", 0), Angle::product(weight, weight, 0.5));
  circuit.rotate(placed(3, "YX", 1), Angle::product(arc, feature));
  circuit.rotate(placed(3, "ZZ", 1), Angle::arccos_input(1, 2));
  circuit.rotate(chain_sum(3, "Y"), Angle::parameter(1));
  LieSimulator simulator(circuit, {PauliString::parse("ZII"), PauliString::parse("IXY")});
  const std::vector<double> snapshot = zero_snapshot(simulator), upstream{1, -0.7};
  std::vector<double> parameters{0.8, -0.4}, inputs{0.6, 0.35};
  const Result result = run(simulator, parameters, inputs, snapshot, 1, upstream);
  const auto value = [&] { return weighted(simulator, parameters, inputs, snapshot, 1, upstream); };
  for (std::size_t place = 0; place < 2; ++place) {
    EXPECT_NEAR(result.parameters[place], difference(parameters, place, value), 1e-9);
    EXPECT_NEAR(result.inputs[place], difference(inputs, place, value), 1e-9);
  }
}

// The attack's map: gradients are chi times the snapshot, for snapshots that no state has, too.
TEST(LieSimulator, GradientRowsTimesSnapshotIsTheGradient) {
  for (const bool is_shared : {false, true}) {
    LieSimulator simulator(ising_circuit(6, 3, is_shared), {ising_energy(6, 0.7), PauliString::parse("ZZIIII")});
    RandomStream stream({4, Purpose::test, 0, 0});
    const std::size_t count = simulator.circuit().parameters();
    const std::vector<double> parameters = random_values(stream, count, 3), weights{0.3, -1.1};
    std::vector<double> rows(count * simulator.dimension());
    simulator.gradient_rows(parameters, {}, weights, rows);
    for (int round = 0; round < 2; ++round) {
      const std::vector<double> snapshot =
          round == 0 ? plus_snapshot(simulator) : random_values(stream, simulator.dimension(), 1);
      const Result expected = run(simulator, parameters, {}, snapshot, 1, weights);
      std::vector<double> actual(count);
      for (std::size_t row = 0; row < count; ++row)
        for (std::size_t place = 0; place < snapshot.size(); ++place)
          actual[row] += rows[row * snapshot.size() + place] * snapshot[place];
      EXPECT_TRUE(all_near(actual, expected.parameters, 1e-12));
    }
  }
}

TEST(LieSimulator, OrbitOfTheChainIsItsLieAlgebra) {
  for (const std::uint32_t qubits : {4u, 50u}) {
    LieSimulator simulator(ising_circuit(qubits, 1, true), {ising_energy(qubits, 1)});
    EXPECT_EQ(simulator.dimension(), qubits * (2 * qubits - 1));
    // Two fermion modes of 2 n each, turned against the other 2 n - 2.
    EXPECT_EQ(simulator.turns(), (2 * qubits - 1) * (2 * qubits - 2));
  }
  // Four fermions: an observable outside the algebra, in an orbit of 2n choose 4.
  LieSimulator quartic(ising_circuit(6, 1, true), {PauliString::parse("XXIIII")});
  EXPECT_EQ(quartic.dimension(), 495u);
}

// A hundred qubits: without coupling between blocks of ten, every block is a state vector's.
TEST(LieSimulator, HundredQubitsInBlocksAgreeWithStateVectors) {
  const std::uint32_t qubits = 100, size = 10, layers = 2;
  LieSimulator simulator(ising_circuit(qubits, layers, false), {ising_energy(qubits, 0.8)});
  EXPECT_EQ(simulator.dimension(), 19900u);
  RandomStream stream({9, Purpose::test, 0, 0});
  std::vector<double> parameters = random_values(stream, simulator.circuit().parameters(), 2);
  Circuit circuit(size);
  for (std::uint32_t layer = 0, next = 0; layer < layers; ++layer) {
    for (std::uint32_t qubit = 0; qubit + 1 < size; ++qubit)
      circuit.cnot(qubit, qubit + 1).rz(qubit + 1, Angle::parameter(next++)).cnot(qubit, qubit + 1);
    for (std::uint32_t qubit = 0; qubit < size; ++qubit) circuit.rx(qubit, Angle::parameter(next++));
  }
  Observable energy;
  for (std::uint32_t qubit = 0; qubit + 1 < size; ++qubit) energy.terms.push_back({-1, 0, std::uint64_t{3} << qubit});
  for (std::uint32_t qubit = 0; qubit < size; ++qubit) energy.terms.push_back({-0.8, std::uint64_t{1} << qubit, 0});
  BatchSimulator<double> block(circuit, {energy});
  double expected = 0;
  std::vector<double> gradient(parameters.size()), part(circuit.parameters()), output(1);
  const auto places = [&](std::uint32_t first) {
    std::vector<std::size_t> result;
    for (std::size_t layer = 0; layer < layers; ++layer) {
      for (std::size_t qubit = 0; qubit + 1 < size; ++qubit) result.push_back(layer * 199 + first + qubit);
      for (std::size_t qubit = 0; qubit < size; ++qubit) result.push_back(layer * 199 + 99 + first + qubit);
    }
    return result;
  };
  for (std::uint32_t first = 0; first < qubits; first += size) {
    std::vector<double> own;
    for (const std::size_t place : places(first)) own.push_back(parameters[place]);
    block.backward(own, {}, 1, std::vector<double>{1}, output, part, {});
    expected += output[0];
    for (std::size_t place = 0; place < part.size(); ++place) gradient[places(first)[place]] = part[place];
    for (std::size_t layer = 0; layer < layers && first + size < qubits; ++layer)
      parameters[layer * 199 + first + size - 1] = 0;
  }
  // The energy of the whole also has the terms between blocks, which a product of blocks gives a product's value.
  PauliSum inside = ising_energy(qubits, 0.8);
  std::erase_if(inside.terms, [&](const PauliSum::Term& term) {
    for (std::uint32_t last = size - 1; last + 1 < qubits; last += size)
      if (term.string == placed(qubits, "ZZ", last)) return true;
    return false;
  });
  LieSimulator blocks(ising_circuit(qubits, layers, false), {inside});
  Result result = run(blocks, parameters, {}, zero_snapshot(blocks), 1, {1});
  EXPECT_NEAR(result.outputs[0], expected, 1e-10);
  // Angles of the missing couplings have gradients of their own.
  for (std::size_t place = 0; place < gradient.size(); ++place)
    if (place % 199 < 99 && place % 199 % size == size - 1) result.parameters[place] = 0;
  EXPECT_TRUE(all_near(result.parameters, gradient, 1e-10));
}

// Free fermions: the energy of the open chain's ground state is minus the sum of the singular values of the matrix with
// the field on its diagonal and the coupling above it (Pfeuty 1970).
double ground_energy(std::uint32_t qubits, double field) {
  Eigen::MatrixXd matrix = field * Eigen::MatrixXd::Identity(qubits, qubits);
  for (Eigen::Index row = 0; row + 1 < qubits; ++row) matrix(row, row + 1) = 1;
  return -Eigen::BDCSVD<Eigen::MatrixXd>(matrix).singularValues().sum();
}

TEST(LieSimulator, TrainsAHundredQubitsTowardsTheGroundState) {
  const Eigen::VectorXd levels = Eigen::SelfAdjointEigenSolver<Matrix>(dense(ising_energy(6, 1))).eigenvalues();
  EXPECT_NEAR(levels.minCoeff(), ground_energy(6, 1), 1e-10);

  const std::uint32_t qubits = 100, layers = 4;
  LieSimulator simulator(ising_circuit(qubits, layers, true), {ising_energy(qubits, 1)});
  const std::vector<double> snapshot = plus_snapshot(simulator);
  std::vector<double> parameters(2 * layers, 0.3), gradient(2 * layers), energy(1), upstream{1};
  double last = std::numeric_limits<double>::infinity();
  for (int step = 0; step < 60; ++step) {
    simulator.backward(parameters, {}, snapshot, 1, upstream, energy, {gradient, {}, {}});
    EXPECT_LT(energy[0], last + 1e-9) << "step " << step;
    last = energy[0];
    for (std::size_t place = 0; place < parameters.size(); ++place) parameters[place] -= 0.001 * gradient[place];
  }
  EXPECT_GT(last, ground_energy(qubits, 1));
  EXPECT_LT(last, 0.97 * ground_energy(qubits, 1));
  for (const std::size_t place : {std::size_t{0}, std::size_t{5}}) {
    const auto value = [&] { return weighted(simulator, parameters, {}, snapshot, 1, upstream); };
    const Result exact = run(simulator, parameters, {}, snapshot, 1, upstream);
    EXPECT_NEAR(exact.parameters[place], difference(parameters, place, value), 1e-5);
  }
}

TEST(LieSimulator, InstructionSetsAgree) {
  LieSimulator simulator(ising_circuit(5, 3, false), {ising_energy(5, 0.6)});
  RandomStream stream({8, Purpose::test, 0, 0});
  const std::size_t count = simulator.circuit().parameters();
  const std::vector<double> parameters = random_values(stream, count, 3), snapshot = plus_snapshot(simulator), one{1};
  const Result expected = run(simulator, parameters, {}, snapshot, 1, one);
  std::vector<double> rows(count * simulator.dimension()), expected_rows(rows.size());
  simulator.gradient_rows(parameters, {}, one, expected_rows);
  for (const std::int64_t target : hwy::SupportedAndGeneratedTargets()) {
    SCOPED_TRACE(hwy::TargetName(target));
    hwy::SetSupportedTargetsForTest(target);
    const Result result = run(simulator, parameters, {}, snapshot, 1, one);
    simulator.gradient_rows(parameters, {}, one, rows);
    hwy::SetSupportedTargetsForTest(0);
    EXPECT_TRUE(all_near(result.outputs, expected.outputs, 1e-13));
    EXPECT_TRUE(all_near(result.parameters, expected.parameters, 1e-13));
    EXPECT_TRUE(all_near(rows, expected_rows, 1e-13));
  }
}

TEST(LieSimulator, NothingToDoIsDone) {
  // No rotation, an observable of zero, the identity.
  LieSimulator still(PauliCircuit(2), {PauliString::parse("ZI"), PauliSum(), PauliString(2)});
  std::vector<double> outputs(3);
  still.forward({}, {}, zero_snapshot(still), 1, outputs);
  EXPECT_EQ(outputs, (std::vector<double>{1, 0, 1}));
  LieSimulator nothing(PauliCircuit(1).rotate(PauliString::parse("X"), Angle::parameter(0)), {});
  EXPECT_EQ(nothing.dimension(), 0u);
  std::vector<double> gradient{7};
  nothing.backward(std::vector<double>{1}, {}, {}, 1, {}, {}, {gradient, {}, {}});
  EXPECT_EQ(gradient[0], 0);
  // No samples.
  LieSimulator one(PauliCircuit(1).rotate(PauliString::parse("X"), Angle::parameter(0)), {PauliString::parse("Z")});
  one.backward(std::vector<double>{1}, {}, {}, 0, {}, {}, {gradient, {}, {}});
  EXPECT_EQ(gradient[0], 0);
}

TEST(LieSimulator, ThousandQubitsOfOneLightCone) {
  // Z in the middle of a chain of 1,024: the orbit spreads over couplings that the circuit has.
  const std::uint32_t qubits = 1024;
  PauliCircuit circuit(qubits);
  for (const std::uint32_t first : {510u, 512u, 511u})
    circuit.rotate(placed(qubits, "XX", first), Angle::parameter(0))
        .rotate(placed(qubits, "Z", first), Angle::parameter(1));
  LieSimulator simulator(circuit, {PauliSum(placed(qubits, "Z", 512))});
  PauliCircuit small(4);
  for (const std::uint32_t first : {0u, 2u, 1u})
    small.rotate(placed(4, "XX", first), Angle::parameter(0)).rotate(placed(4, "Z", first), Angle::parameter(1));
  LieSimulator reference(small, {PauliSum(placed(4, "Z", 2))});
  const std::vector<double> parameters{0.7, -1.2};
  const Result result = run(simulator, parameters, {}, zero_snapshot(simulator), 1, {1});
  const Result expected = run(reference, parameters, {}, zero_snapshot(reference), 1, {1});
  EXPECT_EQ(simulator.dimension(), reference.dimension());
  EXPECT_EQ(result.outputs, expected.outputs);
  EXPECT_EQ(result.parameters, expected.parameters);
  EXPECT_NE(result.parameters[0], 0);
}

TEST(LieSimulatorErrors, NameWhatDoesNotFit) {
  LieSimulator simulator(ising_circuit(3, 1, true), {ising_energy(3, 1)});
  const std::vector<double> two(2, 0.1), one(1), snapshot = zero_snapshot(simulator);
  std::vector<double> out{7}, rows(2 * simulator.dimension()), gradient{7, 7};
  expect_usage([&] { simulator.forward(one, {}, snapshot, 1, out); }, "parameters: expected 2 values, got 1");
  expect_usage([&] { simulator.forward(two, one, snapshot, 1, out); }, "inputs: expected 0 values, got 1");
  expect_usage([&] { simulator.forward(two, {}, one, 1, out); },
               fmt::format("snapshots: expected {} values, got 1", snapshot.size()));
  expect_usage([&] { simulator.forward(two, {}, snapshot, 1, gradient); }, "outputs: expected 1 values, got 2");
  expect_usage([&] { simulator.forward(two, {}, snapshot, std::size_t{1} << 63, out); }, "batch");
  expect_usage([&] { simulator.backward(two, {}, snapshot, 1, two, out, {}); }, "upstream: expected 1 values, got 2");
  expect_usage(
      [&] {
        simulator.backward(two, {}, snapshot, 1, one, out, {out, {}, {}});
      },
      "gradient_parameters: expected 2 values, got 1");
  expect_usage([&] { simulator.gradient_rows(two, {}, one, out); },
               fmt::format("rows: expected {} values, got 1", rows.size()));
  const std::vector<double> bad{0.1, nan};
  expect_usage(
      [&] {
        simulator.backward(bad, {}, snapshot, 1, one, out, {gradient, {}, {}});
      },
      "rotation 2 (from gate 1): its angle must be finite, but is nan");
  EXPECT_EQ(out[0], 7);
  EXPECT_EQ(gradient, (std::vector<double>{7, 7}));
  EXPECT_NO_THROW(simulator.backward(two, {}, snapshot, 1, one, out, {gradient, {}, {}}));
}

TEST(LieSimulatorErrors, NameObservablesRotationsAndStates) {
  expect_usage([] { LieSimulator(PauliCircuit(3), {PauliString::parse("ZZ")}); },
               "observable 0, term 0: its Pauli string is on 2 qubits, expected 3");
  PauliCircuit circuit(2);
  circuit.rotate(PauliString::parse("XX"), Angle::parameter(0));
  expect_usage(
      [&] {
        circuit.rotate(PauliSum({{1, PauliString::parse("XI")}, {1, PauliString::parse("ZI")}}), Angle::parameter(0));
      },
      "rotation 1: terms 0 and 1 of its generator do not commute");
  expect_usage([&] { circuit.rotate(PauliString::parse("X"), Angle::parameter(0)); }, "rotation 1, term 0");
  expect_usage([&] { circuit.rotate(PauliString::parse("XX"), Angle::parameter(0, nan)); },
               "rotation 1: its angle must be finite");
  EXPECT_EQ(circuit.rotations().size(), 1u);
  LieSimulator simulator(circuit, {PauliString::parse("ZI")});
  std::vector<double> snapshot(simulator.dimension());
  const std::vector<BlochVector> bloch{{0, 0, 1}, {0.8, 0.8, 0}};
  expect_usage([&] { simulator.product_snapshot(bloch, snapshot); }, "Bloch vector (0.8, 0.8, 0) of qubit 1");
  expect_usage([&] { simulator.product_snapshot(std::span(bloch).first(1), snapshot); },
               "qubits: expected 2 values, got 1");
  try {
    LieSimulator(ising_circuit(6, 1, true), {ising_energy(6, 1)}, {20, 20});
    ADD_FAILURE() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::resource);
    EXPECT_THAT(error.what(), HasSubstr("the orbit of 1 observables under 11 generators on 6 qubits has more than 20"));
  }
}

}  // namespace
}  // namespace tacit::quantum_sim::test
