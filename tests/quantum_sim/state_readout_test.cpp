#include "quantum_sim/state/state_readout.h"

#include "quantum_sim/dense_reference.h"
#include "quantum_sim/state_problem.h"

namespace tacit::quantum_sim::test {
namespace {

template <class T>
void expect_equal_to_dense(const Problem& problem) {
  StateReadout<T> readout(problem.circuit);
  const auto parameters = cast<T>(problem.parameters), inputs = cast<T>(problem.inputs);
  const Vector expected = dense_state(problem.circuit, std::vector<double>(parameters.begin(), parameters.end()),
                                      std::vector<double>(inputs.begin(), inputs.end()));
  std::vector<std::complex<double>> amplitudes(readout.size());
  std::vector<double> probabilities(readout.size());
  readout.amplitudes(parameters, inputs, amplitudes);
  readout.probabilities(parameters, inputs, probabilities);
  const double tolerance = sizeof(T) == 4 ? 3e-6 : 1e-13;
  for (std::size_t state = 0; state < readout.size(); ++state) {
    const std::complex<double> truth = expected(static_cast<Eigen::Index>(state));
    ASSERT_LT(std::abs(amplitudes[state] - truth), tolerance) << "state " << state << ", seed " << problem.seed;
    ASSERT_NEAR(probabilities[state], std::norm(truth), tolerance);
  }
}

TEST(StateReadout, IsTheMatrixWithItsGlobalPhase) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const Problem problem = random_problem(seed, static_cast<std::uint32_t>(1 + seed % 6), 3 + seed % 37, 1);
    expect_equal_to_dense<double>(problem);
    expect_equal_to_dense<float>(problem);
  }
}

TEST(StateReadout, OfStatesCutIntoBlocksIsTheMatrix) {
  expect_equal_to_dense<double>(state_ansatz(10, 1));
}

TEST(StateReadout, OfQubitsThatNothingFlipsIsTheMatrix) {
  Circuit circuit(4);
  circuit.ry(2, Angle::parameter(0)).cnot(2, 0).rz(1, Angle::parameter(1)).rz(2, Angle::parameter(2)).s(3).t(1);
  expect_equal_to_dense<double>(problem_of(6, circuit, {}, 1));
}

TEST(StateReadout, OfEncodedAmplitudesIsTheMatrix) {
  Circuit circuit(4);
  circuit.encode_amplitudes(5).cnot(0, 3).h(1).ry(2, Angle::input(5));
  expect_equal_to_dense<double>(problem_of(2, circuit, {}, 1));
}

}  // namespace
}  // namespace tacit::quantum_sim::test
