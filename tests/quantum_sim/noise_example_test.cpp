// The example of docs/noise.md, run.
#include "quantum_sim/circuit/encodings.h"
#include "quantum_sim/measurement/finite_shots.h"
#include "quantum_sim/noise/channels.h"
#include "quantum_sim/noise/density_matrix_simulator.h"
#include "quantum_sim/noise/trajectory_simulator.h"

namespace tacit::quantum_sim::test {
namespace {

TEST(NoiseExample, OfTheDocumentation) {
  Circuit circuit(4);
  append_angle_encoding(circuit, Axis::x, 4);
  append_hardware_efficient(circuit, 2, Entangler::cnot_ring);
  const std::vector<double> parameters(circuit.parameters(), 0.4), inputs = {0.1, 0.2, 0.3, 0.4};
  const std::vector<Observable> outputs = {Observable::pauli_z(0), {{{0.5, 0b0011, 0}, {-1, 0, 0b1100}}}};

  NoiseModel noise;
  noise.after({.qubit_count = 1}, depolarizing(0.001))
      .after({.qubit_count = 2}, depolarizing(0.01, 2))
      .on_idle(phase_damping(0.002))
      .readout({.read_one_of_zero = 0.01, .read_zero_of_one = 0.03});

  // Exact: 4^n numbers.
  const DensityMatrixSimulator exact(circuit, noise, outputs);
  const std::vector<double> values = exact(parameters, inputs);
  const double purity = exact.final_state(parameters, inputs).purity();

  // By 2000 trajectories of seed 7: 2^n numbers. This noise is Pauli strings, so they run as one batch, with gradients.
  TrajectorySimulator<float> sampled(circuit, noise, outputs);
  const std::vector<TrajectoryEstimate> estimates = sampled.run(parameters, inputs, 1, 2000, 7);
  std::vector<double> by_parameters(parameters.size()), by_inputs(inputs.size());
  sampled.gradient(parameters, inputs, 1, 2000, 7, std::vector<double>{1, 0}, by_parameters, by_inputs);

  // What a device prints: 100 bit strings, misread ones included.
  const auto shots = sampled.shots(parameters, inputs, 100, 7);

  // Without noise, but with 1000 shots an output.
  const ShotSimulator<float> finite(circuit, outputs, 1000);
  const ShotEstimate measured = finite.run(parameters, inputs, 1, 7)[1];

  for (std::size_t k = 0; k < 2; ++k) EXPECT_NEAR(estimates[k].mean, values[k], 4.5 * estimates[k].standard_error);
  const auto at = [&](double step) {
    std::vector<double> moved = inputs;
    moved[2] += step;
    return exact(parameters, moved)[0];
  };
  EXPECT_NEAR(by_inputs[2], (at(1e-4) - at(-1e-4)) / 2e-4, 0.02);
  EXPECT_LT(purity, 0.95);
  EXPECT_EQ(shots.outcomes.size(), 100u);
  EXPECT_EQ(measured.shots, 1000u);
}

}  // namespace
}  // namespace tacit::quantum_sim::test
