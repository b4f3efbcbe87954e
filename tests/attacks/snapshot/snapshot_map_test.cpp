#include <cmath>
#include <numbers>

#include "attacks/random_vector.h"
#include "attacks/snapshot/product_snapshot.h"
#include "attacks/snapshot/simulated_snapshot.h"
#include "attacks/snapshot/split_circuit.h"
#include "core/expect_error.h"
#include "core/random.h"
#include "quantum_sim/circuit/encodings.h"

namespace tacit::attacks {
namespace {

using quantum_sim::Angle;
using quantum_sim::Circuit;
using quantum_sim::Observable;

/// All strings on three qubits: Z Z Z behind an expressive ansatz.
quantum_sim::LieSimulator three_qubits() {
  Circuit ansatz(3);
  append_hardware_efficient(ansatz, 4, quantum_sim::Entangler::cnot_chain);
  return {ansatz, {Observable::pauli_z_string(0b111)}};
}

Circuit mixed_encoding() {
  Circuit circuit(3);
  circuit.h(0).rz(0, Angle::input(0, 1.3, 0.2)).s(0).rx(0, Angle::input(1));
  circuit.ry(1, Angle::arccos_input(1, 2)).t(1).sqrt_x(1);
  circuit.rx(2, Angle::product({Angle::Source::input, 0}, {Angle::Source::input, 1, Angle::Function::identity, -0.5}));
  circuit.pauli_rotation("Y", {2}, Angle::input(0, -0.7)).x(2).y(2).z(2).s_dagger(2).t_dagger(2);
  return circuit;
}

TEST(SnapshotMap, OfAProductStateIsWhatTheSimulatorMeasures) {
  const auto simulator = three_qubits();
  EXPECT_EQ(simulator.dimension(), 63u);
  const auto product = ProductSnapshot::of(mixed_encoding(), 2, simulator);
  ASSERT_NE(product, nullptr);
  SimulatedSnapshot simulated(mixed_encoding(), 2, simulator);
  RandomStream random({1, Purpose::test, 0, 0});
  std::vector<double> a(63), b(63), slopes_a(126), slopes_b(126);
  for (int trial = 0; trial < 5; ++trial) {
    const std::vector<double> x{random.uniform(-3, 3), random.uniform(-0.9, 0.9)};
    product->evaluate(x, a, slopes_a);
    simulated.evaluate(x, b, slopes_b);
    for (std::size_t i = 0; i < 63; ++i) EXPECT_NEAR(a[i], b[i], 1e-12) << simulator.basis()[i].text();
    for (std::size_t i = 0; i < 126; ++i) EXPECT_NEAR(slopes_a[i], slopes_b[i], 1e-11) << i;
    simulated.evaluate(x, b, {});
    for (std::size_t i = 0; i < 63; ++i) EXPECT_NEAR(a[i], b[i], 1e-12);
  }
}

TEST(SnapshotMap, SlopesAreFiniteDifferences) {
  const auto simulator = three_qubits();
  Circuit entangling(3);
  append_zz_feature_map(entangling, 3);
  const auto map = make_snapshot_map(entangling, 3, simulator);
  EXPECT_EQ(map->product(), nullptr);
  const std::vector<double> x{0.3, -0.4, 1.1};
  std::vector<double> at(63), slopes(63 * 3), left(63), right(63);
  map->evaluate(x, at, slopes);
  for (std::size_t j = 0; j < 3; ++j) {
    auto lower = x, upper = x;
    lower[j] -= 1e-6, upper[j] += 1e-6;
    map->evaluate(lower, left, {});
    map->evaluate(upper, right, {});
    for (std::size_t a = 0; a < 63; ++a) EXPECT_NEAR(slopes[a * 3 + j], (right[a] - left[a]) / 2e-6, 1e-8);
  }
}

TEST(SnapshotMap, KnowsWhatStringsRead) {
  Circuit tower(3);
  append_fourier_tower(tower, 1, 3);
  const auto simulator = three_qubits();
  const auto map = ProductSnapshot::of(tower, 1, simulator);
  ASSERT_NE(map, nullptr);
  EXPECT_EQ(map->frequency(0), 31);  // 1 + 5 + 25
  for (std::size_t a = 0; a < map->dimension(); ++a) EXPECT_EQ(map->features_of(a), std::vector<std::uint32_t>{0});
}

TEST(SplitCircuit, RefusesInputsBehindParameters) {
  Circuit circuit(2);
  circuit.rx(0, Angle::input(0)).ry(0, Angle::parameter(0)).rx(1, Angle::input(0)).rz(1, Angle::parameter(1));
  expect_error([&] { split_at_encoding(circuit); }, ErrorKind::configuration, {"gate 1", "R_Y"});
  Circuit none(1);
  none.ry(0, Angle::parameter(0));
  expect_error([&] { split_at_encoding(none); }, ErrorKind::configuration, {"no input"});
  Circuit fine(2);
  fine.h(0).rx(0, Angle::input(0)).cnot(0, 1).ry(1, Angle::parameter(0));
  const SplitCircuit split = split_at_encoding(fine);
  EXPECT_EQ(split.encoding.gates().size(), 2u);
  EXPECT_EQ(split.ansatz.gates().size(), 2u);
  EXPECT_EQ(split.ansatz.parameters(), 1u);
}

}  // namespace
}  // namespace tacit::attacks
