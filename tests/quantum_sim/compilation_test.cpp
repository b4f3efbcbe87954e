#include "quantum_sim/circuit/encodings.h"
#include "quantum_sim/compile/clifford_frame.h"
#include "quantum_sim/compile/program.h"
#include "quantum_sim/compile/row_basis.h"

namespace tacit::quantum_sim::test {
namespace {

bool equal(const Pauli& left, const Pauli& right) {
  return left.x == right.x && left.z == right.z && left.phase == right.phase;
}

TEST(Pauli, ProductsAreTheAlgebra) {
  const Pauli x = Pauli::pauli_x(0), y = Pauli::pauli_y(0), z = Pauli::pauli_z(0);
  // X Y = i Z, Y X = -i Z, Z X = i Y, squares are 1.
  EXPECT_TRUE(equal(x * y, {0, 1, 1}));
  EXPECT_TRUE(equal(y * x, {0, 1, 3}));
  EXPECT_TRUE(equal(z * x, {1, 1, 2}));
  for (const Pauli& p : {x, y, z}) EXPECT_TRUE(equal(p * p, {0, 0, 0}));
  EXPECT_FALSE(commute(x, y));
  EXPECT_TRUE(commute(x * Pauli::pauli_x(1), y * Pauli::pauli_y(1)));
}

CliffordFrame frame_of(const Circuit& circuit) {
  return lower(circuit).frame;
}

// CNOT twice is the identity; a CNOT is a CZ between Hadamards, seen here through X <-> Z on the target.
TEST(CliffordFrame, CnotFollowsTheTextbookRules) {
  Circuit circuit(2);
  circuit.cnot(0, 1);
  const CliffordFrame once = frame_of(circuit);
  EXPECT_TRUE(equal(once.image(Pauli::pauli_x(0)), Pauli::pauli_x(0) * Pauli::pauli_x(1)));
  EXPECT_TRUE(equal(once.image(Pauli::pauli_z(1)), Pauli::pauli_z(0) * Pauli::pauli_z(1)));
  EXPECT_TRUE(equal(once.image(Pauli::pauli_x(1)), Pauli::pauli_x(1)));
  EXPECT_TRUE(equal(once.image(Pauli::pauli_z(0)), Pauli::pauli_z(0)));
  circuit.cnot(0, 1);
  const CliffordFrame twice = frame_of(circuit);
  for (const Pauli& p : {Pauli::pauli_x(0), Pauli::pauli_y(1), Pauli::pauli_z(1)})
    EXPECT_TRUE(equal(twice.image(p), p));
}

TEST(RowBasis, NumbersRowsByItsMasks) {
  RowBasis basis;
  basis.extend(0b0110);
  basis.extend(0b0011);
  EXPECT_TRUE(basis.contains(0b0101));
  EXPECT_FALSE(basis.contains(0b0001));
  EXPECT_EQ(basis.to_rows({0b0101, 0, 0})->x, 0b11u);
  EXPECT_EQ(basis.to_rows({0b0011, 0b0100, 0})->x, 0b10u);
  // Z on qubit 2 reads -1 exactly where the first mask took part.
  EXPECT_EQ(basis.to_rows({0, 0b0100, 0})->z, 0b01u);
  EXPECT_FALSE(basis.to_rows({0b1000, 0, 0}).has_value());
}

std::size_t full_sweeps(const Program& program) {
  return static_cast<std::size_t>(std::count_if(program.sweeps.begin(), program.sweeps.end(), [&](const Sweep& sweep) {
    return !sweep.grows && sweep.dimension == program.dimension;
  }));
}

// One sweep for each R_Y with its R_Z; the encoding and the first layer build a product state, so of their n sweeps all
// but the last stay below full size.
TEST(Compilation, AnsatzTakesOneFullSweepAQubitAndLayer) {
  Circuit circuit(6);
  append_angle_encoding(circuit, Axis::x, 6);
  append_hardware_efficient(circuit, 4, Entangler::cnot_ring);
  const Program program = compile(circuit, {Observable::pauli_z(0)});
  EXPECT_EQ(program.dimension, 6u);
  EXPECT_LE(full_sweeps(program), 3u * 6 + 1);
  for (const Sweep& sweep : program.sweeps) EXPECT_NE(sweep.kind, Sweep::Kind::phase);
}

TEST(Compilation, CliffordGatesCostNoSweep) {
  Circuit circuit(3);
  circuit.ry(0, Angle::parameter(0)).cnot(0, 1).cz(1, 2).cnot(2, 0).cz(0, 1);
  const Program program = compile(circuit, {Observable::pauli_z(1), {{{1.0, 0b111, 0b101}}}});
  EXPECT_LE(program.sweeps.size(), 1u);
}

TEST(Compilation, RotationsAboutOneAxisMergeAndKeepTheirSources) {
  Circuit circuit(2);
  circuit.ry(0, Angle::parameter(0)).rx(1, Angle::input(0)).ry(0, Angle::parameter(1, 2)).ry(0, Angle::constant(0.5));
  const Program program = compile(circuit, {Observable::pauli_z_string(0b11)});
  ASSERT_EQ(program.slots.size(), 2u);
  const Slot& merged =
      program.slots[0].end_term - program.slots[0].first_term == 2 ? program.slots[0] : program.slots[1];
  EXPECT_EQ(merged.end_term - merged.first_term, 2u);
  EXPECT_EQ(merged.offset, 0.5);
  EXPECT_EQ(merged.lane_slot, no_slot);
  EXPECT_EQ(program.lane_slots, 1u);
}

TEST(Compilation, RowsCoverOnlyQubitsThatFlip) {
  Circuit circuit(5);
  circuit.ry(4, Angle::parameter(0)).cnot(4, 3).rz(2, Angle::parameter(1)).cnot(3, 1);
  EXPECT_EQ(compile(circuit, {Observable::pauli_z(1)}).dimension, 1u);
}

// Row r starts as basis state r, and no sweep within those rows grows.
TEST(Compilation, EncodedAmplitudesPutTheirRowsInUseFromTheStart) {
  Circuit circuit(4);
  circuit.encode_amplitudes(6).ry(1, Angle::parameter(0)).cnot(1, 3).rz(2, Angle::parameter(1)).rx(3, Angle::input(6));
  const Program program = compile(circuit, {Observable::pauli_z(3), {{{1.0, 0b0110, 0}}}});
  EXPECT_EQ(program.encoded_amplitudes, 6u);
  EXPECT_EQ(program.start_dimension, 3u);
  EXPECT_EQ(program.dimension, 4u);
  std::size_t growing = 0;
  for (const Sweep& sweep : program.sweeps) growing += sweep.grows;
  EXPECT_EQ(growing, 1u);
  // R_Y of qubit 1 comes before the CNOT: rows a and a ^ 2.
  EXPECT_TRUE(
      std::any_of(program.sweeps.begin(), program.sweeps.end(), [](const Sweep& s) { return s.flip == 0b010; }));
}

}  // namespace
}  // namespace tacit::quantum_sim::test
