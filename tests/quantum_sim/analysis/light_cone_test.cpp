#include "quantum_sim/analysis/light_cone.h"

#include "core/error.h"
#include "quantum_sim/circuit/encodings.h"
#include "quantum_sim/gradients/jacobian.h"
#include "quantum_sim/random_problem.h"

namespace tacit::quantum_sim::test {
namespace {

using namespace analysis;
using Indices = std::vector<std::size_t>;

Indices indices(const std::vector<DeadVariable>& dead) {
  Indices result;
  for (const DeadVariable& variable : dead) result.push_back(variable.index);
  return result;
}

TEST(LightCone, FollowsSharedQubitsBackFromTheObservable) {
  Circuit circuit(4);
  circuit.ry(0, Angle::parameter(0)).ry(1, Angle::parameter(1)).ry(2, Angle::parameter(2)).ry(3, Angle::parameter(3));
  circuit.cz(0, 1).ry(0, Angle::input(0)).cz(2, 3).ry(1, Angle::parameter(4));
  const LightCones cones = light_cones(circuit, {Observable::pauli_z(0), Observable::pauli_z(3)});
  EXPECT_EQ(cones.outputs[0].qubits, (std::vector<std::uint32_t>{0, 1}));
  EXPECT_EQ(cones.outputs[0].gates, (Indices{0, 1, 4, 5}));
  EXPECT_EQ(cones.outputs[0].parameters, (Indices{0, 1}));
  EXPECT_EQ(cones.outputs[0].inputs, Indices{0});
  // Z_3 commutes with the CZ, so it does not see qubit 2, though they are connected.
  EXPECT_EQ(cones.outputs[1].qubits, (std::vector<std::uint32_t>{2, 3}));
  EXPECT_EQ(cones.outputs[1].parameters, Indices{3});
  EXPECT_EQ(cones.outputs[1].inputs, Indices{});
  EXPECT_EQ(indices(cones.dead_parameters), (Indices{2, 4}));
  EXPECT_TRUE(cones.dead_inputs.empty());
}

TEST(LightCone, NamesDeadVariables) {
  Circuit circuit(2);
  circuit.rz(1, Angle::parameter(0)).ry(0, Angle::parameter(1)).rz(0, Angle::parameter(3)).rz(0, Angle::parameter(3));
  circuit.rx(1, Angle::input(0));
  const LightCones cones = light_cones(circuit, {Observable::pauli_z(0)});
  ASSERT_EQ(indices(cones.dead_parameters), (Indices{0, 2, 3}));
  EXPECT_EQ(cones.dead_parameters[0].name, "parameter 0 of gate 0 (R_Z on qubit 1)");
  EXPECT_EQ(cones.dead_parameters[1].name, "parameter 2, which no gate reads");
  EXPECT_EQ(cones.dead_parameters[2].gates, (Indices{2, 3}));
  EXPECT_EQ(indices(cones.dead_inputs), Indices{0});
}

TEST(LightCone, KnowsThatTheInitialStateDoesNotFeelAPhase) {
  Circuit circuit(2);
  circuit.cphase(0, 1, Angle::parameter(0)).rz(0, Angle::parameter(1)).ry(0, Angle::parameter(2));
  circuit.rz(0, Angle::parameter(3)).cnot(0, 1).rx(1, Angle::parameter(4)).rx(0, Angle::constant(0.4));
  const LightCones cones = light_cones(circuit, {Observable::pauli_z(0), Observable::pauli_z(1)});
  EXPECT_EQ(indices(cones.dead_parameters), (Indices{0, 1}));
  // From encoded amplitudes a phase is felt.
  Circuit encoded(1);
  encoded.encode_amplitudes(2).rz(0, Angle::parameter(0)).ry(0, Angle::constant(0.3));
  const LightCones of_encoded = light_cones(encoded, {Observable::pauli_z(0)});
  EXPECT_TRUE(of_encoded.dead_parameters.empty());
  EXPECT_TRUE(of_encoded.dead_inputs.empty());
}

// Dead is a proof: no gradient at any point. Alive shows at a random point, but for coincidences of the fixed gates.
TEST(LightCone, AgreesWithGradientsOfRandomCircuits) {
  std::size_t dead = 0, alive = 0, vanishing = 0;
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const Problem problem = random_problem(seed, static_cast<std::uint32_t>(2 + seed % 4), 12, 2);
    const LightCones cones = light_cones(problem.circuit, problem.observables);
    Jacobian<double> jacobian(problem.circuit, problem.observables);
    const auto values = jacobian(std::span<const double>(problem.parameters), problem.inputs, problem.batch);
    const std::size_t parameters = problem.parameters.size(), outputs = problem.outputs();
    for (const LightCone& cone : cones.outputs)
      for (std::size_t p = 0; p < parameters; ++p) {
        const double gradient = std::max(std::abs(values.parameters[cone.output * parameters + p]),
                                         std::abs(values.parameters[(outputs + cone.output) * parameters + p]));
        if (std::count(cone.parameters.begin(), cone.parameters.end(), p) == 0) {
          EXPECT_LT(gradient, 1e-13) << "seed " << seed << ", output " << cone.output << ", parameter " << p;
          ++dead;
        } else {
          ++alive;
          vanishing += gradient < 1e-13;
        }
      }
  }
  EXPECT_GT(dead, 50u);
  EXPECT_GT(alive, 50u);
  EXPECT_LT(vanishing, alive / 2);
}

TEST(LightCone, RefusesWhatItCannotRead) {
  Circuit circuit(2);
  circuit.ry(0, Angle::parameter(0));
  EXPECT_THROW(light_cones(circuit, {Observable::pauli_z(2)}), Error);
  circuit.measure(0, 0);
  EXPECT_THROW(light_cones(circuit, {Observable::pauli_z(0)}), Error);
}

}  // namespace
}  // namespace tacit::quantum_sim::test
