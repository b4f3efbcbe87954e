#include "quantum_sim/gradients/parameter_shift.h"

#include <cmath>
#include <numbers>

#include "core/error.h"
#include "quantum_sim/circuit/encodings.h"
#include "quantum_sim/dense_reference.h"
#include "quantum_sim/gradients/generator_groups.h"
#include "quantum_sim/gradients/hessian.h"
#include "quantum_sim/gradients/rotation_slopes.h"
#include "quantum_sim/gradients/shift_rule.h"
#include "quantum_sim/gradients/spsa.h"
#include "quantum_sim/random_problem.h"

namespace tacit::quantum_sim::test {
namespace {

using std::numbers::pi;

FrequencySet set_of(std::vector<double> gaps) {
  std::vector<std::vector<double>> generators;
  for (const double gap : gaps) generators.push_back({gap});
  return sums_of_gaps(generators);
}

// a_0 + sum_l a_l cos(w_l u + b_l) with random a, b.
struct RandomSeries {
  std::vector<double> frequencies, amplitudes, phases;
  RandomSeries(const FrequencySet& set, RandomStream& stream) : frequencies(set.frequencies) {
    amplitudes = random_values(stream, frequencies.size(), 1);
    phases = random_values(stream, frequencies.size(), 3);
  }
  double derivative(double u, int order) const {
    double sum = 0;
    for (std::size_t l = 0; l < frequencies.size(); ++l)
      sum +=
          amplitudes[l] * std::pow(frequencies[l], order) * std::cos(frequencies[l] * u + phases[l] + order * pi / 2);
    return sum;
  }
};

double applied(const ShiftRule& rule, const RandomSeries& series, double u) {
  double sum = 0;
  for (std::size_t m = 0; m < rule.shifts.size(); ++m)
    sum += rule.coefficients[m] * series.derivative(u + rule.shifts[m], 0);
  return sum;
}

TEST(FrequencySet, AddsTheGapsInEveryCombination) {
  EXPECT_EQ(set_of({}).frequencies, std::vector<double>{0});
  EXPECT_EQ(set_of({1, 1, 1}).frequencies, (std::vector<double>{0, 1, 2, 3}));
  EXPECT_EQ(set_of({1, 3}).frequencies, (std::vector<double>{0, 1, 2, 3, 4}));
  EXPECT_EQ(set_of({1, 5}).frequencies, (std::vector<double>{0, 1, 4, 5, 6}));
  const FrequencySet controlled = sums_of_gaps(std::vector<std::vector<double>>{{0.5, 1.0}});
  EXPECT_EQ(controlled.frequencies, (std::vector<double>{0, 0.5, 1}));
  EXPECT_EQ(controlled.base, 0.5);
  EXPECT_EQ(controlled.degree, 2u);
  EXPECT_EQ(controlled.nyquist_samples(), 5u);
}

TEST(FrequencySet, FindsTheCommonBaseOfScalesThatHaveOne) {
  EXPECT_NEAR(set_of({1.5, 1.0 / 3}).base, 1.0 / 6, 1e-15);
  EXPECT_NEAR(set_of({0.1, 0.25, 0.7}).base, 0.05, 1e-15);
  std::vector<double> tower;
  for (double scale = 2 * pi; tower.size() < 12; scale *= 5) tower.push_back(scale);
  EXPECT_NEAR(set_of(tower).base, 2 * pi, 1e-14);
  EXPECT_EQ(set_of(tower).degree, 61035156u);
  EXPECT_EQ(set_of(tower).count(), 531441u);
}

TEST(FrequencySet, SaysWhereThereIsNone) {
  const FrequencySet set = set_of({1, std::numbers::sqrt2});
  EXPECT_FALSE(set.commensurable);
  EXPECT_EQ(set.count(), 9u);
  EXPECT_NEAR(set.frequencies[1], std::numbers::sqrt2 - 1, 1e-15);
  EXPECT_FALSE(set_of({1, pi, std::numbers::e}).commensurable);
}

TEST(FrequencySet, StopsListingAtItsLimit) {
  const std::vector<std::vector<double>> generators(40, {1.0});
  EXPECT_TRUE(sums_of_gaps(generators, 41).listed);
  const FrequencySet set = sums_of_gaps(generators, 40);
  EXPECT_FALSE(set.listed);
  EXPECT_EQ(set.count(), 0u);
  EXPECT_EQ(set.degree, 40u);
  EXPECT_THROW(set_of({1, NAN}), Error);
  EXPECT_THROW(sums_of_gaps(generators, 0), Error);
  EXPECT_THROW(sums_of_gaps(generators, SIZE_MAX), Error);
}

PauliRotation rotation_of(std::uint64_t x, std::uint64_t z) {
  return {{x, z, parity(x & z)}, 0, {{Angle::parameter(0), 0}}};
}

TEST(GeneratorGroups, TakeDependentStringsTogether) {
  // Z_0 Z_1, Z_1 Z_2, Z_0 Z_2: the signs of two fix the third, so three equal slopes have the one gap 2.
  const std::vector<PauliRotation> triangle = {rotation_of(0, 3), rotation_of(0, 6), rotation_of(0, 5)};
  const auto together = generator_groups(triangle, {true, true, true});
  ASSERT_EQ(together.size(), 1u);
  EXPECT_EQ(group_gaps(together[0], std::vector<double>{1, 1, 1}), std::vector<double>{2});
  EXPECT_EQ(generator_groups(triangle, {true, true, false}).size(), 2u);
  // X_0 X_1, -Y_0 Y_1, Z_2, Z_0 Z_1 Z_2: their product is one, so an even number of them is negative.
  const std::vector<PauliRotation> signs = {rotation_of(3, 0), rotation_of(3, 3), rotation_of(0, 4), rotation_of(0, 7)};
  const std::vector<bool> all(4, true);
  const std::vector<double> ones(4, 1.0);
  auto gaps = group_gaps(generator_groups(signs, all).at(0), ones);
  std::sort(gaps.begin(), gaps.end());
  EXPECT_EQ(gaps, (std::vector<double>{2, 4}));
  // X_0 Z_1, Z_0 X_1, Z_2, -Y_0 Y_1 Z_2: minus one, so an odd number.
  const std::vector<PauliRotation> odd = {rotation_of(1, 2), rotation_of(2, 1), rotation_of(0, 4), rotation_of(3, 7)};
  EXPECT_EQ(group_gaps(generator_groups(odd, all).at(0), ones), std::vector<double>{2});
  // With X_0 between them the first string cannot be moved to the others.
  std::vector<PauliRotation> apart = triangle;
  apart.insert(apart.begin() + 1, rotation_of(1, 0));
  EXPECT_EQ(generator_groups(apart, {true, false, true, true}).size(), 3u);
}

TEST(ShiftRule, IsTheKnownOneOfTwoAndOfFourTerms) {
  const ShiftRule two = first_derivative_rule(set_of({1}));
  EXPECT_EQ(two.shifts.size(), 2u);
  EXPECT_NEAR(two.shifts[0], pi / 2, 1e-15);
  EXPECT_NEAR(two.coefficients[0], 0.5, 1e-15);
  // Of a controlled rotation (Anselmetti et al., New J. Phys. 23, 113010 (2021)): (sqrt 2 +- 1) / (4 sqrt 2).
  const ShiftRule four = first_derivative_rule(sums_of_gaps(std::vector<std::vector<double>>{{0.5, 1.0}}));
  ASSERT_EQ(four.shifts.size(), 4u);
  EXPECT_NEAR(four.shifts[0], pi / 2, 1e-15);
  EXPECT_NEAR(four.coefficients[0], (std::numbers::sqrt2 + 1) / (4 * std::numbers::sqrt2), 1e-15);
  EXPECT_NEAR(four.shifts[2], 3 * pi / 2, 1e-15);
  EXPECT_NEAR(four.coefficients[2], -(std::numbers::sqrt2 - 1) / (4 * std::numbers::sqrt2), 1e-15);
}

TEST(ShiftRule, IsExactForRandomSeriesOfAnyFrequencies) {
  const std::vector<std::vector<double>> all = {
      {1}, {0.5, 1}, {1, 1, 1, 1}, {1, 5}, {1, 5, 25}, {2, 2}, {1, std::numbers::sqrt2}, {0.3, 1.1, 2.7}};
  for (std::size_t place = 0; place < all.size(); ++place) {
    RandomStream stream({place, Purpose::test, 3, 0});
    const FrequencySet set = set_of(all[place]);
    const RandomSeries series(set, stream);
    const double u = stream.uniform(-3, 3), size = set.maximum * set.maximum;
    const ShiftRule first = first_derivative_rule(set), second = second_derivative_rule(set);
    EXPECT_NEAR(applied(first, series, u), series.derivative(u, 1), 1e-12 * size * first.condition) << place;
    EXPECT_NEAR(applied(second, series, u), series.derivative(u, 2), 1e-12 * size * second.condition) << place;
    EXPECT_LT(first.condition, 1e3) << place;
    EXPECT_EQ(first.shifts.size(), 2 * (set.frequencies.size() - 1));
  }
}

Observable random_observable(std::uint64_t seed) {
  return random_problem(seed, 3, 1, 1).observables[0];
}

// Shared and scaled parameters, and inputs in between.
Circuit shared_circuit() {
  Circuit circuit(3);
  circuit.rx(0, Angle::parameter(0)).ry(1, Angle::parameter(0, 2)).rx(2, Angle::parameter(1, 0.5, 0.3));
  circuit.cnot(0, 1).cnot(1, 2).rz(1, Angle::input(0)).ry(0, Angle::parameter(2)).rx(2, Angle::parameter(0));
  circuit.cz(0, 2).ry(1, Angle::parameter(1, -1)).rx(0, Angle::input(1, 1.5)).cnot(2, 0);
  circuit.cry(2, 1, Angle::parameter(3)).cphase(0, 2, Angle::parameter(1)).h(0);
  circuit.append({GateKind::rx, {1}, {0, 2}, {Angle::parameter(4)}}).ry(2, Angle::parameter(3, 3));
  return circuit;
}

TEST(ParameterShift, OfSharedAndScaledParametersIsTheAdjointGradient) {
  for (std::uint64_t seed = 0; seed < 5; ++seed) {
    const Problem problem = problem_of(seed, shared_circuit(), {random_observable(seed)}, 1);
    const ExpectationFunction exact = [&](std::span<const double> parameters, std::uint64_t) {
      return Estimate{dense_outputs(problem.circuit, problem.observables, parameters, problem.inputs)[0], 0};
    };
    const auto frequencies =
        parameter_frequencies(problem.circuit, problem.observables, problem.parameters, problem.inputs);
    BatchSimulator<double> simulator(problem.circuit, problem.observables);
    std::vector<double> gradient(problem.parameters.size());
    simulator.backward(problem.parameters, problem.inputs, 1, std::vector<double>{1}, {}, gradient, {});
    const auto shifted = parameter_shift_gradient(exact, problem.parameters, frequencies);
    EXPECT_TRUE(all_near(shifted.values, gradient, 1e-10));
    EXPECT_EQ(shifted.standard_errors, std::vector<double>(5));
    const std::size_t inputs = problem.inputs.size(), count = inputs + 5;
    const auto full = hessian<double>(problem.circuit, problem.observables, problem.parameters, problem.inputs,
                                      std::vector<double>{1});
    std::vector<double> block;
    for (std::size_t p = 0; p < 5; ++p)
      for (std::size_t q = 0; q < 5; ++q) block.push_back(full[(inputs + p) * count + inputs + q]);
    EXPECT_TRUE(all_near(parameter_shift_hessian(exact, problem.parameters, frequencies).values, block, 1e-10));
  }
}

TEST(ParameterShift, TakesTwoEvaluationsForEachFrequency) {
  Circuit circuit(2);
  circuit.rx(0, Angle::parameter(0)).rx(1, Angle::parameter(0)).ry(1, Angle::parameter(1)).cnot(0, 1);
  const Observable observable = Observable::pauli_z(1);
  const std::vector<double> parameters = {0.3, 0.9};
  const auto frequencies = parameter_frequencies(circuit, {observable}, parameters, {});
  EXPECT_EQ(frequencies[0].degree, 2u);
  EXPECT_EQ(frequencies[1].degree, 1u);
  const auto result = parameter_shift_gradient([](std::span<const double>, std::uint64_t) { return Estimate{}; },
                                               parameters, frequencies);
  EXPECT_EQ(result.evaluations, 6u);
}

TEST(ParameterShift, OfShotsIsWithinItsStandardErrors) {
  const double theta = 0.7;
  constexpr std::uint64_t shots = 400;
  std::uint64_t seed = 0;
  // <Z> after R_X(theta) by coin tosses: P(0) = (1 + cos theta) / 2.
  const ExpectationFunction sampled = [&](std::span<const double> parameters, std::uint64_t evaluation) {
    RandomStream stream({seed, Purpose::test, 4, static_cast<std::uint32_t>(evaluation)});
    double sum = 0;
    for (std::uint64_t shot = 0; shot < shots; ++shot)
      sum += stream.uniform() < (1 + std::cos(parameters[0])) / 2 ? 1 : -1;
    const double mean = sum / shots;
    return Estimate{mean, (1 - mean * mean) / (shots - 1)};
  };
  const std::vector<FrequencySet> frequencies = {set_of({1})};
  const std::vector<double> parameters = {theta};
  double square = 0;
  for (; seed < 100; ++seed) {
    const auto result = parameter_shift_gradient(sampled, parameters, frequencies);
    ASSERT_GT(result.standard_errors[0], 0);
    const double deviation = (result.values[0] + std::sin(theta)) / result.standard_errors[0];
    EXPECT_LT(std::abs(deviation), 5);
    square += deviation * deviation;
  }
  // Mean of 100 squared standard normals: 1 with a standard deviation of sqrt(2 / 100).
  EXPECT_NEAR(square / 100, 1, 5 * std::sqrt(0.02));
  seed = 7;
  const auto once = parameter_shift_gradient(sampled, parameters, frequencies);
  EXPECT_EQ(once.values, parameter_shift_gradient(sampled, parameters, frequencies).values);
}

TEST(ParameterShift, NamesAParameterWithoutFrequencies) {
  Circuit circuit(1);
  const Angle::Factor theta{Angle::Source::parameter, 0};
  circuit.rx(0, Angle::product(theta, theta));
  const std::vector<double> parameters = {0.3};
  try {
    parameter_frequencies(circuit, {Observable::pauli_z(0)}, parameters, {});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::usage);
    EXPECT_NE(std::string(error.what()).find("parameter 0"), std::string::npos);
  }
  const std::vector<double> not_finite = {NAN};
  EXPECT_THROW(parameter_frequencies(circuit, {Observable::pauli_z(0)}, not_finite, {}), Error);
  EXPECT_THROW(parameter_shift_gradient({}, parameters, {}), Error);
}

// For a quadratic function the mean over all directions is the gradient itself.
TEST(Spsa, AveragesToTheGradientOfAQuadratic) {
  const ExpectationFunction quadratic = [](std::span<const double> v, std::uint64_t) {
    return Estimate{v[0] * v[0] + 3 * v[0] * v[1] - v[2] * v[1] + 2 * v[2], 0};
  };
  const std::vector<double> at = {0.5, -1, 2}, expected = {2 * 0.5 - 3, 1.5 - 2, 1 + 2};
  const auto result = spsa_gradient(quadratic, at, {.step = 0.3, .repetitions = 4000, .seed = 5});
  EXPECT_EQ(result.evaluations, 8000u);
  for (std::size_t p = 0; p < 3; ++p) {
    EXPECT_NEAR(result.values[p], expected[p], 5 * result.standard_errors[p]);
    // One direction gives sum_q g_q D_q D_p: the other entries are its noise.
    double square = 0;
    for (std::size_t q = 0; q < 3; ++q) square += q == p ? 0 : expected[q] * expected[q];
    EXPECT_NEAR(result.standard_errors[p], std::sqrt(square / 4000), 0.05 * std::sqrt(square / 4000));
  }
  EXPECT_EQ(spsa_gradient(quadratic, at, {.seed = 5}).values, spsa_gradient(quadratic, at, {.seed = 5}).values);
  EXPECT_NE(spsa_gradient(quadratic, at, {.seed = 5, .iteration = 1}).values,
            spsa_gradient(quadratic, at, {.seed = 5}).values);
}

TEST(Spsa, OfOneParameterIsTheCentralDifference) {
  const ExpectationFunction sine = [](std::span<const double> v, std::uint64_t) { return Estimate{std::sin(v[0]), 0}; };
  const std::vector<double> at = {0.4};
  EXPECT_NEAR(spsa_gradient(sine, at, {.step = 0.1}).values[0], (std::sin(0.5) - std::sin(0.3)) / 0.2, 1e-14);
}

TEST(Spsa, RefusesSettingsThatMakeNoSense) {
  const ExpectationFunction zero = [](std::span<const double>, std::uint64_t) { return Estimate{}; };
  EXPECT_THROW(spsa_gradient(zero, {}, {.step = 0}), Error);
  EXPECT_THROW(spsa_gradient(zero, {}, {.step = NAN}), Error);
  EXPECT_THROW(spsa_gradient(zero, {}, {.repetitions = 0}), Error);
}

}  // namespace
}  // namespace tacit::quantum_sim::test
