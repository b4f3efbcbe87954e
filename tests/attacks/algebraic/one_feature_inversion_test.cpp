#include "attacks/algebraic/one_feature_inversion.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <numbers>

#include "attacks/algebraic/one_feature_system.h"
#include "attacks/algebraic/trigonometric_roots.h"
#include "core/expect_error.h"
#include "core/random.h"
#include "models/graph.h"
#include "models/layers/quantum.h"
#include "quantum_sim/circuit/encodings.h"

namespace tacit::attacks {
namespace {

using quantum_sim::Circuit;
using quantum_sim::Observable;
using std::numbers::pi;

/// A circuit as a model with the squared error, its parameters and one target row; truth stays with the test.
struct Case {
  models::Model<double> model;
  std::vector<double> theta, targets;

  Case(Circuit circuit, std::vector<Observable> observables, std::uint64_t seed, double scale = 1)
      : model(graph(std::move(circuit), std::move(observables), scale), models::Loss::mean_squared_error),
        theta(model.schema()->size()) {
    RandomStream random({seed, Purpose::test, 1, 0});
    for (double& value : theta) value = random.uniform(0, 2 * pi);
    for (std::size_t k = 0; k < model.target_size(); ++k) targets.push_back(random.uniform(-1, 1));
  }

  static models::Graph<double> graph(Circuit circuit, std::vector<Observable> observables, double scale) {
    models::Graph<double> result({1});
    result.chain("circuit", std::make_shared<models::Quantum<double>>(Shape{1}, std::move(circuit),
                                                                      std::move(observables), scale));
    return result;
  }

  std::vector<double> gradient(double input) const {
    models::Evaluation<double> evaluation(model);
    return gradient(evaluation, input);
  }
  std::vector<double> gradient(models::Evaluation<double>& evaluation, double input) const {
    std::vector<double> result(theta.size());
    evaluation.gradient(theta, {std::span(&input, 1), targets, 1}, {.theta = result, .inputs = {}, .targets = {}});
    return result;
  }

  AlgebraicInversion invert(std::span<const double> observed, const AlgebraicOptions& options = {}) const {
    return invert_one_feature(model, theta, targets, observed, options);
  }
};

Circuit tower(std::uint32_t qubits, std::uint32_t layers) {
  Circuit circuit(qubits);
  append_fourier_tower(circuit, 1, qubits);
  append_hardware_efficient(circuit, layers, quantum_sim::Entangler::cnot_chain);
  return circuit;
}

/// f = cos(theta_0) cos(x): even, so that x and -x have the same gradient.
Case even_case() {
  Circuit circuit(1);
  append_angle_encoding(circuit, quantum_sim::Axis::x, 1);
  circuit.ry(0, quantum_sim::Angle::parameter(0));
  return Case(std::move(circuit), {Observable::pauli_z_string(1)}, 3);
}

double nearest(const AlgebraicInversion& inversion, double truth) {
  double error = 1e300;
  for (const AlgebraicSolution& solution : inversion.solutions)
    error = std::min(error, std::abs(solution.input - truth));
  return error;
}

TEST(OneFeatureInversion, RecoversTheInputOfTowers) {
  const std::size_t degrees[] = {0, 2, 12, 62};
  for (std::uint32_t qubits = 1; qubits <= 3; ++qubits) {
    for (std::uint64_t seed = 0; seed < (qubits == 3 ? 2u : 6u); ++seed) {
      const Case one(tower(qubits, 3), {Observable::pauli_z_string((1u << qubits) - 1)}, seed);
      const double truth = RandomStream({seed, Purpose::test, 2, 0}).uniform(0, 2 * pi);
      const AlgebraicInversion inversion = one.invert(one.gradient(truth));
      EXPECT_LT(nearest(inversion, truth), 1e-10) << qubits << " qubits, seed " << seed;
      EXPECT_EQ(inversion.degree, degrees[qubits]);
      EXPECT_EQ(inversion.complex_roots, 2 * inversion.pivot_degree);
      EXPECT_LE(inversion.period_solutions, inversion.real_roots);
      EXPECT_EQ(inversion.solutions.size(), 1u) << qubits << " qubits, seed " << seed;
      for (const AlgebraicSolution& solution : inversion.solutions) {
        EXPECT_LT(solution.residual, 1e-12);
        EXPECT_LT(solution.radius, 1e-9);
      }
    }
  }
}

TEST(OneFeatureInversion, FindsAsManyRootsOfOneComponentAsItChangesSign) {
  const Case one(tower(2, 3), {Observable::pauli_z_string(3)}, 11);
  const auto observed = one.gradient(2.2);
  const auto system = one_feature_system(one.model, one.theta, one.targets, observed, 100);
  // The pivot, by the model's own gradient on a grid finer than its roots lie.
  std::size_t pivot = 0;
  const auto at_zero = one.gradient(0.0);
  for (std::size_t p = 0; p < observed.size(); ++p)
    if (std::abs(system.residuals[system.pivot].at(0.0).value - (at_zero[p] - observed[p])) < 1e-12) pivot = p;
  std::size_t changes = 0;
  const int points = 2000;
  models::Evaluation<double> evaluation(one.model);
  double before = one.gradient(evaluation, 1e-3)[pivot] - observed[pivot];
  for (int n = 1; n <= points; ++n) {
    const double after = one.gradient(evaluation, 1e-3 + 2 * pi * n / points)[pivot] - observed[pivot];
    changes += (before < 0) != (after < 0) ? 1u : 0u;
    before = after;
  }
  EXPECT_GE(changes, 2u);
  EXPECT_EQ(one.invert(observed).real_roots, changes);
}

TEST(OneFeatureInversion, AnEvenCircuitLeavesTwoInputs) {
  const Case one = even_case();
  const AlgebraicInversion inversion = one.invert(one.gradient(0.7), {.bounds = Bounds{-pi, pi}});
  ASSERT_GE(inversion.solutions.size(), 2u);
  EXPECT_LT(nearest(inversion, 0.7), 1e-10);
  EXPECT_LT(nearest(inversion, -0.7), 1e-10);
  // Knowing that the feature is not negative leaves fewer.
  const AlgebraicInversion half = one.invert(one.gradient(0.7), {.bounds = Bounds{0, pi}});
  EXPECT_LT(nearest(half, 0.7), 1e-10);
  EXPECT_GT(nearest(half, -0.7), 0.1);
}

TEST(OneFeatureInversion, ADoubleRootOfAllComponentsIsOneExactSolution) {
  const Case one = even_case();
  const AlgebraicInversion inversion = one.invert(one.gradient(0.0), {.bounds = Bounds{-1, 1}});
  ASSERT_EQ(inversion.solutions.size(), 1u);
  EXPECT_NEAR(inversion.solutions[0].input, 0, 1e-10);
  EXPECT_TRUE(std::isinf(inversion.solutions[0].radius));
}

TEST(OneFeatureInversion, ADoubleRootOfOneComponentIsNoObstacle) {
  const Case one(tower(2, 3), {Observable::pauli_z_string(3)}, 5);
  const auto system = one_feature_system(one.model, one.theta, one.targets, one.gradient(1.0), 100);
  const double truth = wrapped(stationary_point(system.residuals[system.pivot], 1.0));
  ASSERT_LT(std::abs(system.residuals[system.pivot].at(truth).slope), 1e-12);
  std::vector<double> observed = one.gradient(truth);
  EXPECT_LT(nearest(one.invert(observed), truth), 1e-10);
  // Moved by errors in the gradient, the roots leave the real line; the input is found all the same.
  for (const double sign : {1.0, -1.0}) {
    std::vector<double> moved = observed;
    for (double& value : moved) value += sign * 1e-8;
    EXPECT_LT(nearest(one.invert(moved), truth), 1e-6);
  }
}

TEST(OneFeatureInversion, SolvesChebyshevEncodings) {
  for (std::uint64_t seed = 0; seed < 4; ++seed) {
    Circuit circuit(2);
    append_chebyshev_tower(circuit, 1, 2);
    append_hardware_efficient(circuit, 3, quantum_sim::Entangler::cnot_chain);
    const Case one(std::move(circuit), {Observable::pauli_z_string(3)}, seed);
    const double truth = RandomStream({seed, Purpose::test, 3, 0}).uniform(-0.95, 0.95);
    const AlgebraicInversion inversion = one.invert(one.gradient(truth));
    EXPECT_LT(nearest(inversion, truth), 1e-10) << seed;
    for (const AlgebraicSolution& solution : inversion.solutions) EXPECT_LE(std::abs(solution.input), 1);
  }
}

TEST(OneFeatureInversion, AddsOutputsThatAreScaled) {
  const Case one(tower(2, 2), {Observable::pauli_z_string(1), Observable::pauli_z_string(2)}, 8, 2.5);
  EXPECT_LT(nearest(one.invert(one.gradient(4.4)), 4.4), 1e-10);
}

TEST(OneFeatureInversion, RepeatsSolutionsWithTheirPeriod) {
  Circuit circuit(2);
  append_fourier_tower(circuit, 1, 2, 2, 2);  // R_X(2 x), R_X(4 x): period pi
  append_hardware_efficient(circuit, 3, quantum_sim::Entangler::cnot_chain);
  const Case one(std::move(circuit), {Observable::pauli_z_string(3)}, 2);
  const AlgebraicInversion inversion = one.invert(one.gradient(0.4), {.bounds = Bounds{0, 2 * pi}});
  EXPECT_NEAR(inversion.base, 2, 1e-12);
  EXPECT_LT(nearest(inversion, 0.4), 1e-10);
  EXPECT_LT(nearest(inversion, 0.4 + pi), 1e-10);
}

TEST(OneFeatureInversion, AGradientOfNoInputHasNoSolutionButAClosest) {
  const Case one(tower(2, 3), {Observable::pauli_z_string(3)}, 6);
  std::vector<double> observed = one.gradient(3.0);
  RandomStream random({1, Purpose::test, 4, 0});
  for (double& value : observed) value += 0.01 * random.normal();
  const AlgebraicInversion inversion = one.invert(observed);
  EXPECT_TRUE(inversion.solutions.empty());
  EXPECT_GT(inversion.closest.residual, 1e-4);
  EXPECT_NEAR(inversion.closest.input, 3.0, 0.1);

  // Bounds that exclude the true input, so narrow that nothing else is near a root either.
  const AlgebraicInversion elsewhere = one.invert(one.gradient(3.0), {.bounds = Bounds{3.0001, 3.0002}});
  EXPECT_TRUE(elsewhere.solutions.empty());
  EXPECT_NEAR(elsewhere.closest.input, 3.00015, 1e-4);
  EXPECT_GT(elsewhere.closest.residual, 1e-6);
}

TEST(OneFeatureInversion, RefusesWhatSaysNothingOfTheFeature) {
  Circuit phase(1);  // a rotation about Z of |0> is a phase
  append_angle_encoding(phase, quantum_sim::Axis::z, 1);
  phase.ry(0, quantum_sim::Angle::parameter(0));
  const Case hopeless(std::move(phase), {Observable::pauli_z_string(1)}, 1);
  expect_error([&] { hopeless.invert(hopeless.gradient(0.3)); }, ErrorKind::configuration,
               {"no component of the gradient depends on the feature"});

  Case vanishing = even_case();  // d cos(theta) cos(x) / d theta = 0 for every x
  vanishing.theta = {0};
  expect_error([&] { vanishing.invert(std::vector<double>{0.1}); }, ErrorKind::configuration,
               {"no component of the gradient depends on the feature"});

  const Case one(tower(1, 2), {Observable::pauli_z_string(1)}, 1);
  std::vector<double> observed = one.gradient(0.3);
  expect_error([&] { one.invert(observed, {.tolerance = 0, .bounds = {}}); }, ErrorKind::usage, {"tolerance"});
  expect_error([&] { one.invert(observed, {.bounds = Bounds{1, 0}}); }, ErrorKind::usage, {"bounds"});
  expect_error([&] { one.invert(std::vector<double>(observed.size())); }, ErrorKind::data, {"zero everywhere"});
  observed[1] = std::nan("");
  expect_error([&] { one.invert(observed); }, ErrorKind::data, {"component 1", "nan"});
}

TEST(OneFeatureInversion, RefusesOtherSystems) {
  const Case deep(tower(3, 2), {Observable::pauli_z_string(7)}, 1);
  expect_error([&] { deep.invert(deep.gradient(0.3), {.max_degree = 61, .bounds = {}}); }, ErrorKind::configuration,
               {"degree 62", "61"});
  Circuit two(2);
  append_fourier_tower(two, 1, 2, std::numbers::sqrt2);
  append_hardware_efficient(two, 2, quantum_sim::Entangler::cnot_chain);
  const Case incommensurable(std::move(two), {Observable::pauli_z_string(3)}, 1);
  expect_error([&] { incommensurable.invert(incommensurable.gradient(0.3)); }, ErrorKind::configuration,
               {"no common base"});
  const Case one(tower(1, 2), {Observable::pauli_z_string(1)}, 1);
  expect_error([&] { one.invert(std::vector<double>(3, 1.0)); }, ErrorKind::usage, {"do not fit"});
}

}  // namespace
}  // namespace tacit::attacks
