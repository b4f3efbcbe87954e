#include <cmath>

#include "quantum_sim/analysis/expressibility.h"
#include "quantum_sim/analysis/gradient_variance.h"
#include "quantum_sim/analysis/light_cone.h"
#include "quantum_sim/analysis/spectrum.h"
#include "quantum_sim/circuit/encodings.h"
#include "quantum_sim/gradients/quantum_fisher.h"

namespace tacit::quantum_sim::test {
namespace {

// The example of docs/analysis.md, with the numbers that it prints there.
TEST(Documentation, HoldsForItsExample) {
  Circuit circuit(3);
  append_fourier_tower(circuit, 1, 3, 5);
  append_hardware_efficient(circuit, 3, Entangler::cnot_chain);
  std::vector<double> parameters(circuit.parameters());
  for (std::size_t p = 0; p < parameters.size(); ++p) parameters[p] = 0.3 * static_cast<double>(p);
  const Observable observable = Observable::pauli_z_string(0b111);

  const auto output = analysis::spectrum(circuit, {observable}, parameters).outputs[0];
  const analysis::FeatureSpectrum& feature = output.features[0];
  EXPECT_EQ(feature.frequencies.count(), 27u);
  EXPECT_EQ(feature.frequencies.degree, 31u);
  EXPECT_EQ(feature.squared_error.count(), 125u);
  EXPECT_NEAR(std::pow(10, output.inversion.log10_laurent), 124, 1e-9);
  EXPECT_EQ(analysis::bandwidth(feature.series), 31);
  EXPECT_LT(feature.series.residual, 1e-14);

  EXPECT_EQ(analysis::light_cones(circuit, {observable}).dead_parameters.size(), 4u);
  EXPECT_EQ(metric_rank(quantum_fisher(circuit, parameters, std::vector<double>{0.4})), 14u);
  const auto variance = analysis::gradient_variance(circuit, observable, {.samples = 2000, .inputs = {0.4}});
  EXPECT_NEAR(variance.mean_variance, 0.0456, 0.0005);
  const auto distance = analysis::expressibility(circuit, {.samples = 2000, .inputs = {0.4}});
  EXPECT_NEAR(distance.divergence, 0.0196, 0.0005);
  EXPECT_NEAR(distance.bias, 0.0113, 0.0005);
  EXPECT_NEAR(distance.standard_error, 0.0040, 0.0005);
}

}  // namespace
}  // namespace tacit::quantum_sim::test
