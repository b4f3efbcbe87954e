#include "attacks/snapshot/snapshot_equations.h"

#include <cmath>
#include <numbers>

#include "attacks/snapshot/snapshot_matching.h"
#include "attacks/snapshot/stolen_model.h"
#include "core/expect_error.h"
#include "core/random.h"
#include "quantum_sim/circuit/encodings.h"
#include "quantum_sim/circuit/observables.h"
#include "quantum_sim/simulator.h"

namespace tacit::attacks {
namespace {

using quantum_sim::Circuit;
using quantum_sim::LieSimulator;
using quantum_sim::Observable;
using std::numbers::pi;

constexpr Bounds turn{0, 2 * pi};

std::vector<double> random_angles(std::size_t size, std::uint64_t seed) {
  RandomStream random({seed, Purpose::test, 4, 0});
  std::vector<double> values(size);
  for (double& value : values) value = random.uniform(0, 2 * pi);
  return values;
}

struct Ising {
  explicit Ising(std::uint32_t qubits, std::uint32_t layers) : ansatz(qubits), encoding(qubits) {
    append_transverse_field_ising(ansatz, layers, quantum_sim::Sharing::per_term);
    append_angle_encoding(encoding, quantum_sim::Axis::y, qubits);
    simulator =
        std::make_unique<LieSimulator>(ansatz, std::vector<Observable>{quantum_sim::ising_energy(qubits, 1, 0.7)});
    map = make_snapshot_map(encoding, qubits, *simulator);
  }
  Circuit ansatz, encoding;
  std::unique_ptr<LieSimulator> simulator;
  std::unique_ptr<SnapshotMap> map;
};

TEST(SnapshotEquations, OfTheIsingChainDetermineTheSnapshot) {
  for (const std::uint32_t n : {2u, 3u, 5u}) {
    Ising ising(n, 2 * n);
    const auto theta = random_angles(ising.ansatz.parameters(), n);
    const auto equations = snapshot_equations(*ising.simulator, *ising.map, theta, turn, 1e-9);
    EXPECT_EQ(equations.dimension, n * (2 * n - 1));
    EXPECT_TRUE(equations.full_rank());

    // A gradient of the whole circuit, by the state-vector simulator.
    Circuit whole = ising.encoding;
    for (const auto& gate : ising.ansatz.gates()) whole.append(gate);
    quantum_sim::Simulator<double> states(whole, {quantum_sim::ising_energy(n, 1, 0.7)});
    const auto x = random_angles(n, 70 + n);
    std::vector<double> gradient(theta.size()), output(1);
    const std::vector<double> factor{-0.37};
    states.backward(theta, x, 1, factor, output, gradient, {});
    std::vector<double> truth(equations.dimension);
    ising.map->evaluate(x, truth, {});
    const auto scaled = equations.scaled_snapshot(equations.coordinates(gradient));
    double y = equations.constant;
    for (std::size_t a = 0; a < truth.size(); ++a) {
      if (std::abs(truth[a]) > 1e-9) {
        EXPECT_NEAR(equations.resolution[a], 1, 1e-6);
        EXPECT_NEAR(scaled[a], factor[0] * truth[a], 1e-9);
      }
      y += equations.output[a] * truth[a];
    }
    EXPECT_NEAR(y, output[0], 1e-12);
  }
}

/// The rows of chi are derivatives of U^dagger O U, tangents of the adjoint orbit of O: as many as dim g less the
/// generators that commute with O are independent, however many parameters there are. For so(2n) and an O with distinct
/// energies the latter are n.
TEST(SnapshotEquations, NeverHaveMoreIndependentRowsThanTheOrbitHasDimensions) {
  for (const std::uint32_t n : {2u, 3u, 4u}) {
    Circuit ansatz(n);
    append_transverse_field_ising(ansatz, 6 * n, quantum_sim::Sharing::per_term);
    const auto rank_with = [&](const Observable& observable) {
      LieSimulator simulator(ansatz, {observable});
      const auto theta = random_angles(simulator.circuit().parameters(), n);
      std::vector<double> rows(theta.size() * simulator.dimension());
      const std::vector<double> one{1};
      simulator.gradient_rows(theta, {}, one, rows);
      return chi_rank(rows, simulator.dimension(), 1e-9);
    };
    EXPECT_EQ(rank_with(quantum_sim::ising_energy(n, 1, 0.7)), 2 * n * (n - 1));
    // X0 turns one plane: so(2) + so(2n - 2) commute with it.
    if (n > 2) {
      EXPECT_EQ(rank_with({{{1.0, 1, 0}}}), 4 * (n - 1));
    }
  }
}

TEST(SnapshotEquations, DoNotDetermineItWithFewParameters) {
  Ising ising(5, 1);
  const auto theta = random_angles(ising.ansatz.parameters(), 1);
  const auto equations = snapshot_equations(*ising.simulator, *ising.map, theta, turn, 1e-9);
  EXPECT_LT(equations.rank, equations.unknowns);
  EXPECT_LE(equations.rank, ising.ansatz.parameters());
  // What is determined is right all the same: left S directions e = chi e.
  const auto x = random_angles(5, 3);
  std::vector<double> e(equations.dimension), direct(theta.size());
  ising.map->evaluate(x, e, {});
  for (std::size_t p = 0; p < theta.size(); ++p)
    for (std::size_t a = 0; a < e.size(); ++a) direct[p] += equations.chi[p * e.size() + a] * e[a];
  const auto coordinates = equations.coordinates(direct);
  for (std::size_t i = 0; i < equations.rank; ++i) {
    double seen = 0;
    for (std::size_t a = 0; a < e.size(); ++a) seen += equations.directions[i * e.size() + a] * e[a];
    EXPECT_NEAR(seen, coordinates[i], 1e-10);
  }
}

TEST(SnapshotEquations, LeaveOutWhatNoInputShows) {
  // R_X(x) leaves <X> at zero: of 63 strings on three qubits those of I, Y, Z remain.
  Circuit tower(3), ansatz(3);
  append_fourier_tower(tower, 1, 3);
  append_hardware_efficient(ansatz, 6, quantum_sim::Entangler::cnot_chain);
  LieSimulator simulator(ansatz, {Observable::pauli_z_string(7)});
  const auto map = make_snapshot_map(tower, 1, simulator);
  const auto equations = snapshot_equations(simulator, *map, random_angles(ansatz.parameters(), 2), turn, 1e-9);
  EXPECT_EQ(equations.dimension, 63u);
  EXPECT_EQ(equations.unknowns, 26u);
  EXPECT_TRUE(equations.full_rank()) << equations.rank;
  // 36 parameters, less than 63 strings: the paper's condition D >= dim g would call this hopeless.
  EXPECT_LT(ansatz.parameters(), equations.dimension);
}

TEST(SnapshotEquations, OutputCandidatesSolveTheQuadratic) {
  for (const double y : {-0.8, 0.1, 0.45})
    for (const double target : {-1.0, 1.0})
      for (const double constant : {0.0, 0.3}) {
        const double scale = 1.7, factor = 2 * scale * (scale * y - target);
        bool found = false;
        for (const auto& candidate :
             OutputLoss::squared(scale).candidates(factor * (y - constant), constant, target, 5)) {
          EXPECT_NEAR(candidate.factor * (candidate.output - constant), factor * (y - constant), 1e-12);
          found |= std::abs(candidate.output - y) < 1e-9;
        }
        EXPECT_TRUE(found);
      }
}

TEST(OutputLoss, HasTheDerivativesOfTheLogisticLossAndItsRoots) {
  const OutputLoss loss = OutputLoss::logistic(1.7);
  for (const double target : {-1.0, 1.0})
    for (const double y : {-0.8, 0.1, 0.45}) {
      const auto value = [&](double at) { return std::log1p(std::exp(-target * 1.7 * at)); };
      constexpr double h = 1e-5;
      EXPECT_NEAR(loss.factor(y, target), (value(y + h) - value(y - h)) / (2 * h), 1e-9);
      EXPECT_NEAR(loss.factor_slope(y, target), (loss.factor(y + h, target) - loss.factor(y - h, target)) / (2 * h),
                  1e-9);
      for (const double constant : {0.0, 0.3}) {
        bool found = false;
        const double product = loss.factor(y, target) * (y - constant);
        for (const auto& candidate : loss.candidates(product, constant, target, 2)) {
          EXPECT_NEAR(candidate.factor * (candidate.output - constant), product, 1e-12);
          found |= std::abs(candidate.output - y) < 1e-9;
        }
        EXPECT_TRUE(found) << target << " " << y << " " << constant;
      }
    }
}

TEST(StolenModel, ComputesAnotherCircuitOfTheSameAlgebra) {
  Ising ising(4, 3);
  // The same algebra from another ansatz: another observable of it, other layers.
  Circuit other(4);
  append_transverse_field_ising(other, 5, quantum_sim::Sharing::per_group);
  const Observable observable{{{1.0, 4, 0}, {0.5, 0, 3}}};  // X2 + 0.5 Z0 Z1
  LieSimulator model(other, {observable});
  const auto x = random_angles(4, 9);
  std::vector<double> snapshot(ising.map->dimension()), y(1), truth(1);
  ising.map->evaluate(x, snapshot, {});
  const auto carried = carried_over(ising.simulator->basis(), snapshot, model);
  const auto theta = random_angles(model.circuit().parameters(), 10);
  model.forward(theta, {}, carried, 1, y);
  Circuit whole = ising.encoding;
  for (const auto& gate : other.gates()) whole.append(gate);
  quantum_sim::Simulator<double>(whole, {observable}).forward(theta, x, 1, truth);
  EXPECT_NEAR(y[0], truth[0], 1e-12);
  LieSimulator larger(other, {Observable::pauli_z(0)});
  expect_error([&] { carried_over(ising.simulator->basis(), snapshot, larger); }, ErrorKind::usage,
               {"algebras differ"});
}

TEST(StolenModel, TrainsOnSnapshots) {
  Ising ising(3, 3);
  std::vector<double> snapshots, targets, outputs(8);
  for (std::uint64_t b = 0; b < 8; ++b) {
    const auto x = random_angles(3, 20 + b);
    std::vector<double> snapshot(ising.map->dimension());
    ising.map->evaluate(x, snapshot, {});
    snapshots.insert(snapshots.end(), snapshot.begin(), snapshot.end());
    targets.push_back(0.8 * std::sin(x[2]));
  }
  const auto loss = [&](const std::vector<double>& theta) {
    ising.simulator->forward(theta, {}, snapshots, 8, outputs);
    double sum = 0;
    for (std::size_t b = 0; b < 8; ++b) sum += std::pow(outputs[b] - targets[b], 2) / 8;
    return sum;
  };
  const auto start = random_angles(ising.simulator->circuit().parameters(), 5);
  const double before = loss(start);
  const double after = loss(train_on_snapshots(*ising.simulator, snapshots, targets, start));
  EXPECT_LT(after, 0.1 * before);
}

TEST(SnapshotMatching, FitsInputsAndGivesTheGradient) {
  Ising ising(4, 8);
  const auto theta = random_angles(ising.ansatz.parameters(), 3);
  const auto equations = snapshot_equations(*ising.simulator, *ising.map, theta, turn, 1e-9);
  for (const std::size_t count : {1u, 2u}) {
    SnapshotMatching matching(equations, *ising.map, OutputLoss::squared(1), count);
    std::vector<double> x = random_angles(4 * count, 8), start = x;
    const std::vector<double> targets(count, 1.0);
    const auto gradient = matching.gradient(x, targets);
    for (double& value : start) value += 0.05;
    for (const auto weights : {SnapshotMatching::Weights::snapshot, SnapshotMatching::Weights::gradient}) {
      const auto fit = matching.minimise(equations.coordinates(gradient), targets, start, weights, 100, {});
      EXPECT_LT(fit.squares, 1e-18);
      for (std::size_t i = 0; i < x.size(); ++i) EXPECT_NEAR(fit.inputs[i], x[i], 1e-6) << i;
    }
  }
}

}  // namespace
}  // namespace tacit::attacks
