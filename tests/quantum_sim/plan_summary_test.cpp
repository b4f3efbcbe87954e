#include "quantum_sim/batch/plan_summary.h"

#include <limits>
#include <string>

#include "quantum_sim/circuit/encodings.h"

namespace tacit::quantum_sim::test {
namespace {

// By hand: R_X(x) doubles one row to two, R_Y(theta) turns the pair, its R_Z is attached to it; the last R_X is plain.
TEST(PlanSummary, CountsASmallCircuit) {
  Circuit circuit(1);
  circuit.rx(0, Angle::input(0)).ry(0, Angle::parameter(0)).rz(0, Angle::parameter(1)).rx(0, Angle::parameter(2));
  const PlanSummary summary = summarise<double>({circuit, {Observable::pauli_z(0)}});
  EXPECT_EQ(summary.samples_of_tile, 8u);
  EXPECT_EQ(summary.rows, 2u);
  EXPECT_EQ(summary.state_bytes, 2u * 128);
  EXPECT_EQ(summary.rotations, 3u);
  EXPECT_EQ(summary.growing, 1u);
  EXPECT_EQ(summary.attached_phases, 1u);
  EXPECT_EQ(summary.diagonals, 0u);
  EXPECT_EQ(summary.input_angles, 1u);
  // One pair: 8 in full, 4 and a phase of 4, 4.
  EXPECT_EQ(summary.forward.operations_per_row, (8 + 4 + 4 + 4) / 2.0);
  // Back: 20 in full, 12 and a phase of 10; of the last, which is kept, 8.
  EXPECT_EQ(summary.kept_layers, 1u);
  EXPECT_EQ(summary.backward.operations_per_row, (20 + 12 + 10 + 8) / 2.0);
  EXPECT_EQ(summary.backward_tangent.bytes, (2 + 2 + 2) * 2u * 128);
}

// For a layer of n R_Y and n R_Z, a pair of rows takes 4 n + 8 operations forward and, psi being kept, 8 n + 12 back.
TEST(PlanSummary, ALayerMoreCostsWhatTheLayerCosts) {
  const auto of_layers = [](std::uint32_t layers) {
    Circuit circuit(8);
    append_angle_encoding(circuit, Axis::x, 8);
    append_hardware_efficient(circuit, layers, Entangler::cnot_ring);
    return summarise<float>({circuit, {Observable::pauli_z(0)}});
  };
  const PlanSummary five = of_layers(5), six = of_layers(6);
  EXPECT_EQ(six.diagonals, five.diagonals + 1);
  EXPECT_EQ(six.diagonal_phases, five.diagonal_phases + 8);
  EXPECT_NEAR(six.forward.operations_per_row - five.forward.operations_per_row, (4 * 8 + 8) / 2.0, 1e-9);
  EXPECT_NEAR(six.backward.operations_per_row - five.backward.operations_per_row, (8 * 8 + 12) / 2.0, 1e-9);
  EXPECT_EQ(six.kept_layers, five.kept_layers + 1);
  EXPECT_LE(six.backward.block_bytes, 32u * 1024);
  EXPECT_GT(six.backward.visits_of[3], 0u);
  EXPECT_GT(six.backward.visits_of[4], 0u);
}

TEST(PlanSummary, NamesTheCacheByItsSize) {
  EXPECT_STREQ(nearest_cache(std::numeric_limits<std::size_t>::max()), "memory");
  EXPECT_NE(std::string(nearest_cache(1024)), "");
}

}  // namespace
}  // namespace tacit::quantum_sim::test
