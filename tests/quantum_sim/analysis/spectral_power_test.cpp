#include "quantum_sim/analysis/spectral_power.h"

#include "core/error.h"
#include "quantum_sim/analysis/spectrum.h"
#include "quantum_sim/circuit/encodings.h"
#include "quantum_sim/random_problem.h"

namespace tacit::quantum_sim::test {
namespace {

using namespace analysis;

// R_X(x), then R_Y(theta): <Z> = cos theta cos x, so |c_1|^2 = cos^2 theta / 4 and its mean is 1/8.
TEST(SpectralPower, OfTwoRotationsIsTheClosedForm) {
  Circuit circuit(1);
  circuit.rx(0, Angle::input(0)).ry(0, Angle::parameter(0));
  const auto power = spectral_power(circuit, Observable::pauli_z(0), 0, {.samples = 2000, .seed = 1});
  ASSERT_EQ(power.size(), 2u);
  EXPECT_NEAR(power[0].largest, 0, 1e-28);
  EXPECT_NEAR(power[1].power.mean, 0.125, 5 * power[1].power.standard_error);
  EXPECT_LT(power[1].power.standard_error, 0.003);
  EXPECT_NEAR(power[1].largest, 0.25, 1e-4);
}

TEST(SpectralPower, IsThatOfTheSeriesOfEachParameterVector) {
  Circuit circuit(2);
  append_fourier_tower(circuit, 1, 2, 3);
  append_hardware_efficient(circuit, 1, Entangler::cnot_chain);
  const Observable observable = Observable::pauli_z_string(3);
  const SamplingOptions options{.samples = 3, .seed = 5};
  const auto power = spectral_power(circuit, observable, 0, options);
  std::vector<double> expected(power.size());
  for (std::size_t sample = 0; sample < 3; ++sample) {
    const auto series = spectrum(circuit, {observable}, random_parameters(circuit, options, sample));
    for (std::size_t l = 0; l < expected.size(); ++l)
      expected[l] += std::norm(series.outputs[0].features[0].series.terms.at(l).coefficient) / 3;
  }
  for (std::size_t l = 0; l < expected.size(); ++l) EXPECT_NEAR(power[l].power.mean, expected[l], 1e-15);
}

TEST(SpectralPower, RefusesInputsWithoutFixedFrequencies) {
  Circuit trainable(1), free(2), squared(1);
  const Angle::Factor theta{Angle::Source::parameter, 0}, x{Angle::Source::input, 0};
  trainable.rx(0, Angle::product(theta, x));
  free.rx(0, Angle::input(0)).rx(1, Angle::input(0, 1.41421356237));
  squared.rx(0, Angle::product(x, x));
  const SamplingOptions options{.samples = 2, .low = 0.5};
  EXPECT_THROW(spectral_power(trainable, Observable::pauli_z(0), 0, options), Error);
  EXPECT_THROW(spectral_power(free, Observable::pauli_z_string(3), 0, options), Error);
  EXPECT_THROW(spectral_power(squared, Observable::pauli_z(0), 0, {.samples = 2, .inputs = {1}}), Error);
  EXPECT_THROW(spectral_power(free, Observable::pauli_z(0), 1, options), Error);
}

}  // namespace
}  // namespace tacit::quantum_sim::test
