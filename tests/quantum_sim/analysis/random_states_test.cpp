#include <cmath>
#include <numbers>

#include "core/error.h"
#include "quantum_sim/analysis/effective_dimension.h"
#include "quantum_sim/analysis/entangling_capability.h"
#include "quantum_sim/analysis/expressibility.h"
#include "quantum_sim/analysis/gradient_variance.h"
#include "quantum_sim/circuit/encodings.h"
#include "quantum_sim/dense_reference.h"
#include "quantum_sim/gradients/quantum_fisher.h"
#include "quantum_sim/random_problem.h"

namespace tacit::quantum_sim::test {
namespace {

using namespace analysis;
using std::numbers::pi;

Circuit hardware_efficient(std::uint32_t qubits, std::uint32_t layers) {
  Circuit circuit(qubits);
  append_hardware_efficient(circuit, layers, Entangler::cnot_ring);
  return circuit;
}

TEST(Expressibility, OfOneStateIsTheLargestThereIs) {
  for (const std::uint32_t qubits : {1u, 2u, 4u, 12u}) {
    Circuit circuit(qubits);
    circuit.h(0);
    const Expressibility result = expressibility(circuit, {.samples = 40});
    // All fidelities are 1. One qubit: ln 75 = 4.317, the idle circuit's 4.30 of Sim et al., Fig. 2.
    EXPECT_NEAR(result.divergence, (std::ldexp(1.0, static_cast<int>(qubits)) - 1) * std::log(75.0), 1e-8);
    EXPECT_NEAR(result.mean_fidelity, 1, 1e-12);
    EXPECT_EQ(result.standard_error, 0);
  }
}

// H, then R_Z(theta): states on a circle, F = cos^2 of half the difference. Sim et al., Fig. 2, circuit A: about 0.22.
TEST(Expressibility, OfACircleIsTheClosedForm) {
  Circuit circuit(1);
  circuit.h(0).rz(0, Angle::parameter(0));
  const Expressibility result = expressibility(circuit, {.samples = 20000, .seed = 3});
  double expected = 0;
  for (int bin = 0; bin < 75; ++bin) {
    const double share = 2 / pi * (std::asin(std::sqrt((bin + 1) / 75.0)) - std::asin(std::sqrt(bin / 75.0)));
    expected += share * std::log(share * 75);
  }
  EXPECT_NEAR(expected, 0.22, 0.03);
  EXPECT_NEAR(result.divergence - result.bias, expected, 5 * result.standard_error);
  EXPECT_LT(result.standard_error, 0.01);
  EXPECT_NEAR(result.mean_fidelity, 0.5, 0.02);
}

TEST(Expressibility, OfADeepCircuitIsThatOfHaarStates) {
  const Expressibility deep = expressibility(hardware_efficient(3, 8), {.samples = 4000, .seed = 5});
  const Expressibility shallow = expressibility(hardware_efficient(3, 1), {.samples = 4000, .seed = 5});
  EXPECT_NEAR(deep.divergence - deep.bias, 0, 5 * deep.standard_error + 0.01);
  EXPECT_GT(shallow.divergence - shallow.bias, 0.05);
  EXPECT_NEAR(deep.mean_fidelity, 1.0 / 8, 0.01);
  double total = 0;
  for (const double probability : deep.haar) total += probability;
  EXPECT_NEAR(total, 1, 1e-14);
}

TEST(Expressibility, UsesTheFidelitiesOfDenseStates) {
  for (std::uint64_t seed = 0; seed < 4; ++seed) {
    const Problem problem = random_problem(seed, 3, 25, 1);
    const SamplingOptions options{.samples = 35, .seed = seed, .low = -1, .high = 1, .inputs = problem.inputs};
    const std::vector<double> fidelities = random_fidelities(problem.circuit, options);
    ASSERT_EQ(fidelities.size(), 35u);
    for (const std::size_t pair : {0u, 17u, 34u}) {
      const Vector first =
          dense_state(problem.circuit, random_parameters(problem.circuit, options, 2 * pair), problem.inputs);
      const Vector second =
          dense_state(problem.circuit, random_parameters(problem.circuit, options, 2 * pair + 1), problem.inputs);
      EXPECT_NEAR(fidelities[pair], std::norm(first.dot(second)), 1e-12) << "seed " << seed << ", pair " << pair;
    }
  }
}

TEST(Expressibility, RefusesOptionsThatMakeNoSense) {
  const Circuit circuit = hardware_efficient(2, 1);
  EXPECT_THROW(expressibility(circuit, {.samples = 0}), Error);
  EXPECT_THROW(expressibility(circuit, {.low = 1, .high = 1}), Error);
  EXPECT_THROW(expressibility(circuit, {.high = INFINITY}), Error);
  EXPECT_THROW(expressibility(circuit, {.inputs = {1}}), Error);
  EXPECT_THROW(expressibility(circuit, {}, 1), Error);
  Circuit arccos(1);
  const Angle::Factor outside{Angle::Source::parameter, 0, Angle::Function::arccos};
  arccos.h(0).rz(0, Angle::product(outside, {Angle::Source::parameter, 1}));
  try {
    expressibility(arccos, {.samples = 100});
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("gate 1 (R_Z on qubit 0)"), std::string::npos) << error.what();
  }
}

TEST(EntanglingCapability, IsZeroOfProductsAndOneOfGhz) {
  Circuit product(3), ghz(3);
  for (std::uint32_t qubit = 0; qubit < 3; ++qubit) product.ry(qubit, Angle::parameter(qubit));
  ghz.h(0).cnot(0, 1).cnot(1, 2);
  EXPECT_NEAR(meyer_wallach(product, std::vector<double>{0.3, 1.2, -2}, {}), 0, 1e-14);
  EXPECT_NEAR(meyer_wallach(ghz, {}, {}), 1, 1e-14);
  const SampledMean none = entangling_capability(product, {.samples = 20});
  EXPECT_NEAR(none.mean, 0, 1e-14);
}

TEST(EntanglingCapability, OfAPairIsTheMeanOfSineSquared) {
  Circuit circuit(2);
  circuit.ry(0, Angle::parameter(0)).cnot(0, 1);
  EXPECT_NEAR(meyer_wallach(circuit, std::vector<double>{0.8}, {}), std::pow(std::sin(0.8), 2), 1e-14);
  const SampledMean mean = entangling_capability(circuit, {.samples = 3000, .seed = 2});
  EXPECT_NEAR(mean.mean, 0.5, 5 * mean.standard_error);
  // The variance of sin^2 is 1/8.
  EXPECT_NEAR(mean.standard_error, std::sqrt(0.125 / 3000), 0.05 * std::sqrt(0.125 / 3000));
}

TEST(EntanglingCapability, OfADeepCircuitIsThatOfHaarStates) {
  const SampledMean mean = entangling_capability(hardware_efficient(4, 10), {.samples = 2000, .seed = 4});
  EXPECT_NEAR(mean.mean, 14.0 / 17, 5 * mean.standard_error + 0.003);
}

TEST(EntanglingCapability, IsOneMinusThePurityOfDenseStates) {
  const Problem problem = random_problem(6, 3, 30, 1);
  const Vector state = dense_state(problem.circuit, problem.parameters, problem.inputs);
  double purity = 0;
  for (std::uint32_t qubit = 0; qubit < 3; ++qubit) {
    Matrix reduced = Matrix::Zero(2, 2);
    for (Eigen::Index row = 0; row < 8; ++row)
      for (const Eigen::Index column : {row, row ^ (Eigen::Index{1} << qubit)})
        reduced(row >> qubit & 1, column >> qubit & 1) += state(row) * std::conj(state(column));
    purity += (reduced * reduced).trace().real() / 3;
  }
  EXPECT_NEAR(meyer_wallach(problem.circuit, problem.parameters, problem.inputs), 2 * (1 - purity), 1e-12);
}

// R_Y(theta_q) on each qubit and Z on all: the output is prod cos theta_q, its derivative in theta_p has the mean 0 and
// the variance <sin^2> <cos^2>^(n-1) = 2^-n.
TEST(GradientVariance, OfAProductCircuitWithAGlobalObservableHalvesWithEachQubit) {
  std::vector<double> qubits, variances, errors;
  for (std::uint32_t n = 1; n <= 6; ++n) {
    Circuit circuit(n);
    for (std::uint32_t qubit = 0; qubit < n; ++qubit) circuit.ry(qubit, Angle::parameter(qubit));
    const auto result =
        gradient_variance(circuit, Observable::pauli_z_string((1u << n) - 1), {.samples = 4000, .seed = n});
    ASSERT_EQ(result.parameters.size(), n);
    for (const ParameterVariance& one : result.parameters) {
      EXPECT_NEAR(one.variance, std::ldexp(1.0, -static_cast<int>(n)), 5 * one.standard_error) << n;
      EXPECT_NEAR(one.mean, 0, 5 * std::sqrt(one.variance / 4000));
      EXPECT_LE(one.variance, result.largest_variance);
    }
    // Of sine and cosine, <u^4> = 3/8: the error of the variance is known as well.
    const double fourth = std::pow(0.375, n), square = std::pow(0.25, n), error = std::sqrt((fourth - square) / 4000);
    EXPECT_NEAR(result.parameters[0].standard_error, error, 0.2 * error) << n;
    qubits.push_back(n);
    variances.push_back(result.parameters[0].variance);
    errors.push_back(result.parameters[0].standard_error);
  }
  const ScalingFit fit = fit_scaling(qubits, variances, errors);
  EXPECT_NEAR(fit.slope, -std::log(2), 5 * fit.slope_standard_error);
  EXPECT_LT(fit.slope_standard_error, 0.05);
  EXPECT_GT(fit.r_squared, 0.98);
  EXPECT_NEAR(fit.factor_per_qubit(), 0.5, 0.1);
}

TEST(GradientVariance, OfALocalObservableDoesNotChange) {
  Circuit circuit(5);
  for (std::uint32_t qubit = 0; qubit < 5; ++qubit) circuit.ry(qubit, Angle::parameter(qubit));
  const auto result = gradient_variance(circuit, Observable::pauli_z(2), {.samples = 2000, .seed = 1});
  for (const ParameterVariance& one : result.parameters)
    EXPECT_NEAR(one.variance, one.parameter == 2 ? 0.5 : 0, 5 * one.standard_error) << one.parameter;
  EXPECT_EQ(result.largest_parameter, 2u);
  EXPECT_NEAR(result.mean_variance, result.largest_variance / 5, 1e-15);
}

TEST(GradientVariance, FitsAnExactLineExactly) {
  const std::vector<double> qubits = {2, 4, 6}, variances = {1, 0.25, 0.0625}, errors = {0.1, 0.01, 0.002};
  const ScalingFit fit = fit_scaling(qubits, variances, errors);
  EXPECT_NEAR(fit.slope, -std::log(2), 1e-14);
  EXPECT_NEAR(fit.intercept, 2 * std::log(2), 1e-13);
  EXPECT_NEAR(fit.r_squared, 1, 1e-14);
  EXPECT_THROW(fit_scaling(qubits, variances, std::vector<double>{1, 1}), Error);
  EXPECT_THROW(fit_scaling(qubits, std::vector<double>{1, 0, 1}, errors), Error);
  EXPECT_THROW(fit_scaling(std::vector<double>{2, 2, 2}, variances, errors), Error);
  EXPECT_THROW(gradient_variance(hardware_efficient(2, 1), Observable::pauli_z(0), {.samples = 3}), Error);
}

TEST(ParameterDimension, CountsIndependentDirections) {
  Circuit twice(1);
  twice.rx(0, Angle::parameter(0)).rx(0, Angle::parameter(1));
  EXPECT_EQ(parameter_dimension(twice, {.samples = 5}).largest_rank, 1u);
  // States of n qubits have 2^(n+1) - 2 real dimensions, which a deep circuit fills.
  for (const std::uint32_t qubits : {1u, 2u, 3u}) {
    const Circuit circuit = hardware_efficient(qubits, 6);
    const ParameterDimension result = parameter_dimension(circuit, {.samples = 5, .seed = 1});
    EXPECT_EQ(result.largest_rank, (2u << qubits) - 2) << qubits;
    EXPECT_EQ(result.parameters, 12 * qubits);
    EXPECT_EQ(result.ranks.size(), 5u);
  }
  // Fewer parameters than that are all independent, but for the first R_Z of no effect.
  EXPECT_EQ(parameter_dimension(hardware_efficient(4, 1), {.samples = 5}).largest_rank, 8u);
  EXPECT_THROW(parameter_dimension(twice, {.samples = 5}, 1), Error);
}

TEST(EffectiveDimension, OfAConstantMetricIsTheClosedForm) {
  Circuit circuit(2);
  circuit.ry(0, Angle::parameter(0)).rx(1, Angle::parameter(1));
  const double data = 1000, k = data / (2 * pi * std::log(data));
  EXPECT_NEAR(effective_dimension(circuit, {.samples = 3}, data), 2 * std::log(1 + k) / std::log(k), 1e-12);
  // One of two directions: F^ has the eigenvalues 2 and 0.
  Circuit twice(1);
  twice.rx(0, Angle::parameter(0)).rx(0, Angle::parameter(1));
  EXPECT_NEAR(effective_dimension(twice, {.samples = 3}, data), std::log(1 + 2 * k) / std::log(k), 1e-12);
  EXPECT_THROW(effective_dimension(circuit, {.samples = 3}, 10), Error);
  EXPECT_THROW(effective_dimension(circuit, {.samples = 3}, data, 2), Error);
}

TEST(RandomParameters, AreThoseOfTheirSeedAndNumber) {
  const Circuit circuit = hardware_efficient(2, 1);
  const SamplingOptions options{.seed = 3, .low = 2, .high = 3};
  EXPECT_EQ(random_parameters(circuit, options, 4), random_parameters(circuit, options, 4));
  EXPECT_NE(random_parameters(circuit, options, 4), random_parameters(circuit, options, 5));
  for (const double value : random_parameters(circuit, options, 4)) {
    EXPECT_GE(value, 2);
    EXPECT_LT(value, 3);
  }
}

}  // namespace
}  // namespace tacit::quantum_sim::test
