#include "quantum_sim/circuit/encodings.h"

#include <bit>
#include <complex>
#include <functional>
#include <numbers>
#include <set>
#include <utility>

#include "core/error.h"
#include "quantum_sim/dense_reference.h"
#include "quantum_sim/random_problem.h"

namespace tacit::quantum_sim::test {
namespace {

TEST(Encodings, AngleEncodingPutsFeaturesOnConsecutiveQubits) {
  Circuit circuit(4);
  append_angle_encoding(circuit, Axis::y, 2, 0.5, 1);
  ASSERT_EQ(circuit.gates().size(), 2u);
  for (std::uint32_t feature = 0; feature < 2; ++feature) {
    const Gate& gate = circuit.gates()[feature];
    EXPECT_EQ(gate.kind, GateKind::ry);
    EXPECT_EQ(gate.targets[0], 1 + feature);
    EXPECT_EQ(gate.angles[0], Angle::input(feature, 0.5));
  }
  EXPECT_EQ(circuit.inputs(), 2u);
}

TEST(Encodings, TowerScalesArePowersOfTheBase) {
  Circuit circuit(6);
  append_fourier_tower(circuit, 2, 3, 5, 0.1);
  ASSERT_EQ(circuit.gates().size(), 6u);
  for (std::uint32_t place = 0; place < 6; ++place) {
    const Gate& gate = circuit.gates()[place];
    EXPECT_EQ(gate.kind, GateKind::rx);
    EXPECT_EQ(gate.targets[0], place);
    EXPECT_EQ(gate.angles[0].factor_array[0].index, place / 3);
    EXPECT_DOUBLE_EQ(gate.angles[0].scale, 0.1 * std::pow(5.0, place % 3));
  }
}

TEST(Encodings, ThatDoNotFitAreRefusedAndLeaveTheCircuitAlone) {
  Circuit circuit(3);
  EXPECT_THROW(append_fourier_tower(circuit, 2, 2), Error);
  EXPECT_THROW(append_angle_encoding(circuit, Axis::x, 3, 1, 1), Error);
  EXPECT_THROW(append_chebyshev_tower(circuit, 2, 2), Error);
  EXPECT_THROW(append_zz_feature_map(circuit, 4), Error);
  EXPECT_THROW(append_iqp_feature_map(circuit, 4), Error);
  EXPECT_THROW(append_trainable_frequencies(circuit, Axis::x, 4), Error);
  EXPECT_THROW(append_angle_encoding(circuit, Axis::x, 0xffffffffu, 1, 2), Error);
  EXPECT_TRUE(circuit.gates().empty());
}

// Kumar et al.: 2 parameters a qubit and layer; n = 6, 10 layers is their 120.
TEST(Encodings, HardwareEfficientAnsatzHasItsParameterCount) {
  Circuit circuit(6);
  EXPECT_EQ(append_hardware_efficient(circuit, 10, Entangler::cnot_chain), 120u);
  EXPECT_EQ(circuit.parameters(), 120u);
  EXPECT_EQ(circuit.gates().size(), 10u * (2 * 6 + 5));
  Circuit ring(6);
  EXPECT_EQ(append_hardware_efficient(ring, 2, Entangler::cnot_ring, 7), 31u);
  EXPECT_EQ(ring.gates().size(), 2u * (2 * 6 + 6));
  EXPECT_EQ(ring.gates()[0].angles[0], Angle::parameter(7));
}

TEST(Encodings, RingOfOneQubitHasNoCnot) {
  Circuit circuit(1);
  append_hardware_efficient(circuit, 1, Entangler::cnot_ring);
  EXPECT_EQ(circuit.gates().size(), 2u);
}

// The spectrum of an output as a function of one input, by a discrete Fourier transform over one period.
std::vector<double> spectrum(const Circuit& circuit, const Observable& observable, std::size_t points) {
  Problem problem = problem_of(17, circuit, {observable}, points);
  for (std::size_t point = 0; point < points; ++point)
    problem.inputs[point] = 2 * std::numbers::pi * static_cast<double>(point) / static_cast<double>(points);
  BatchSimulator<double> simulator(circuit, {observable});
  const std::vector<double> values = forward(simulator, problem);
  std::vector<double> magnitudes;
  for (std::size_t frequency = 0; frequency <= points / 2; ++frequency) {
    std::complex<double> sum = 0;
    for (std::size_t point = 0; point < points; ++point)
      sum += values[point] * std::polar(1.0, -2 * std::numbers::pi * static_cast<double>(frequency * point % points) /
                                                 static_cast<double>(points));
    magnitudes.push_back(std::abs(sum) / static_cast<double>(points));
  }
  return magnitudes;
}

// R_X(x) and R_X(5 x) give frequencies {-1, 0, 1} + 5 {-1, 0, 1}. The tower acts on a state with an X component,
// without which frequency 0 of a qubit vanishes.
TEST(Encodings, TowerOfBaseFiveHoldsItsFrequenciesAndNoOthers) {
  Circuit circuit(2);
  circuit.ry(0, Angle::constant(0.6)).ry(1, Angle::constant(-0.9));
  append_fourier_tower(circuit, 1, 2, 5);
  append_hardware_efficient(circuit, 3, Entangler::cnot_chain);
  const std::vector<double> magnitudes = spectrum(circuit, {{{1.0, 0b01, 0b10}, {0.7, 0, 0b11}, {0.4, 0b10, 0}}}, 64);
  const std::set<std::size_t> expected{0, 1, 4, 5, 6};
  for (std::size_t frequency = 0; frequency < magnitudes.size(); ++frequency) {
    if (expected.count(frequency))
      EXPECT_GT(magnitudes[frequency], 1e-4) << frequency;
    else
      EXPECT_LT(magnitudes[frequency], 1e-13) << frequency;
  }
}

// <Z> of R_Y(2 k arccos x) |0> is the Chebyshev polynomial T_2k(x), here by T_{m+1} = 2 x T_m - T_{m-1}.
TEST(Encodings, ChebyshevTowerGivesChebyshevPolynomials) {
  Circuit circuit(6);
  append_chebyshev_tower(circuit, 2, 3);
  std::vector<Observable> observables;
  for (std::uint32_t qubit = 0; qubit < 6; ++qubit) observables.push_back(Observable::pauli_z(qubit));
  Problem problem = problem_of(1, circuit, observables, 4);
  problem.inputs = {0.3, -0.9, -1, 1, 0.5, 0, 0.99, -0.2};
  BatchSimulator<double> simulator(circuit, observables);
  std::vector<double> expected;
  for (const double x : problem.inputs) {
    double before = 1, now = x;
    for (int order = 1; order < 6; ++order) {
      const double next = 2 * x * now - before;
      before = std::exchange(now, next);
      if (order % 2) expected.push_back(now);
    }
  }
  EXPECT_TRUE(all_near(forward(simulator, problem), expected, 1e-13));
}

// The definition, on amplitudes: twice [a product of real rotations, a sign by basis state].
TEST(Encodings, ChebyshevGraphIsRotationsAndSigns) {
  Circuit circuit(4);
  append_chebyshev_graph(circuit, 2, 2, 1, 2, Pairs::all);
  const std::vector<double> x{0.3, -0.8};
  Vector state = Vector::Unit(16, 0);
  for (int repetition = 0; repetition < 2; ++repetition) {
    Vector next = Vector::Zero(16);
    for (Eigen::Index to = 0; to < 16; ++to)
      for (Eigen::Index from = 0; from < 16; ++from) {
        double amplitude = 1;
        for (int qubit = 0; qubit < 4; ++qubit) {
          // R_Y(2 arccos x): the cosine of half its angle is x itself.
          const double cosine = x[static_cast<std::size_t>(qubit / 2)], sine = std::sqrt(1 - cosine * cosine);
          const bool up = (to >> qubit & 1) != 0, was = (from >> qubit & 1) != 0;
          amplitude *= up == was ? cosine : up ? sine : -sine;
        }
        next[to] += amplitude * state[from];
      }
    for (Eigen::Index to = 0; to < 16; ++to) {
      const int ones = std::popcount(static_cast<unsigned>(to));
      state[to] = (ones * (ones - 1) / 2 % 2 == 0 ? 1.0 : -1.0) * next[to];
    }
  }
  std::vector<Observable> observables;
  std::vector<double> expected;
  const std::uint64_t strings[][2] = {{0, 0b0001}, {0b0110, 0}, {0b1000, 0b0100}, {0, 0b1111}, {0b0001, 0b0010}};
  for (const auto& [x_mask, z_mask] : strings) {
    observables.push_back({{{1.0, x_mask, z_mask}}});
    std::complex<double> sum = 0;
    for (Eigen::Index to = 0; to < 16; ++to) {
      const double sign = std::popcount(static_cast<std::uint64_t>(to) & z_mask) % 2 == 0 ? 1 : -1;
      sum += std::conj(state[to ^ static_cast<Eigen::Index>(x_mask)]) * sign * state[to];
    }
    expected.push_back(sum.real());
  }
  Problem problem = problem_of(1, circuit, observables, 1);
  problem.inputs = x;
  BatchSimulator<double> simulator(circuit, observables);
  EXPECT_TRUE(all_near(forward(simulator, problem), expected, 1e-13));
  Circuit degrees(3);
  append_chebyshev_graph(degrees, 1, 3, 2);
  ASSERT_EQ(degrees.gates().size(), 5u) << "three rotations, a chain of two";
  for (std::size_t k = 0; k < 3; ++k) EXPECT_EQ(degrees.gates()[k].angles[0].scale, k == 1 ? 4 : 2);
  EXPECT_THROW(append_chebyshev_graph(degrees, 2, 2, 1), Error);
  EXPECT_THROW(append_chebyshev_graph(degrees, 1, 2, 0), Error);
}

// The definition, on amplitudes: twice [Hadamard transform, a phase by basis state].
Vector mapped_state(std::uint32_t qubits, const std::function<double(std::uint64_t)>& phase) {
  const Eigen::Index size = Eigen::Index{1} << qubits;
  Vector state = Vector::Unit(size, 0);
  for (int repetition = 0; repetition < 2; ++repetition) {
    Vector next = Vector::Zero(size);
    for (Eigen::Index to = 0; to < size; ++to)
      for (Eigen::Index from = 0; from < size; ++from)
        next(to) += (std::popcount(static_cast<std::uint64_t>(to & from)) % 2 ? -1.0 : 1.0) * state(from) /
                    std::sqrt(static_cast<double>(size));
    for (Eigen::Index place = 0; place < size; ++place)
      next(place) *= std::polar(1.0, phase(static_cast<std::uint64_t>(place)));
    state = next;
  }
  return state;
}

TEST(Encodings, DiagonalFeatureMapsAreTheirDefinitions) {
  const double x[] = {0.4, -1.1, 2.3};
  constexpr double pi = std::numbers::pi;
  const auto sign = [](std::uint64_t state, int qubit) { return state >> qubit & 1 ? -1.0 : 1.0; };
  for (const Pairs pairs : {Pairs::all, Pairs::chain}) {
    Circuit zz(3), iqp(3);
    append_zz_feature_map(zz, 3, 2, pairs);
    append_iqp_feature_map(iqp, 3, 2, pairs);
    const auto phase = [&](std::uint64_t state, auto single, auto pair) {
      double sum = 0;
      for (int j = 0; j < 3; ++j) sum += single(x[j]) * sign(state, j);
      for (int j = 0; j < 3; ++j)
        for (int k = j + 1; k < 3; ++k)
          if (pairs == Pairs::all || k == j + 1) sum += pair(x[j], x[k]) * sign(state, j) * sign(state, k);
      return sum;
    };
    const auto of_zz = [&](std::uint64_t state) {
      return phase(
          state, [](double a) { return a; }, [](double a, double b) { return (pi - a) * (pi - b); });
    };
    const auto of_iqp = [&](std::uint64_t state) {
      return phase(
          state, [](double a) { return -a / 2; }, [](double a, double b) { return -a * b / 2; });
    };
    EXPECT_LT((dense_state(zz, {}, x) - mapped_state(3, of_zz)).norm(), 1e-13);
    EXPECT_LT((dense_state(iqp, {}, x) - mapped_state(3, of_iqp)).norm(), 1e-13);
  }
}

TEST(Encodings, PauliProductAndTrainableFrequenciesAreAsWritten) {
  Circuit circuit(3);
  append_pauli_product(circuit, {"XIZ", "IY"}, 0.5);
  EXPECT_EQ(append_trainable_frequencies(circuit, Axis::z, 2, 4), 6u);
  EXPECT_EQ(name(circuit.gates()[0]), "R_XZ");
  EXPECT_EQ(circuit.gates()[1].angles[0], Angle::input(1, 0.5));
  EXPECT_EQ(circuit.gates()[3].angles[0], Angle::product({Angle::Source::parameter, 5}, {Angle::Source::input, 1}));
  EXPECT_THROW(append_pauli_product(circuit, {"X", "XXXX"}), Error);
  EXPECT_EQ(circuit.gates().size(), 4u);
}

TEST(Encodings, ReuploadsAlternateEncodingAndAnsatz) {
  Circuit circuit(2);
  const auto encode = [](Circuit& to, std::uint32_t next) {
    return append_trainable_frequencies(to, Axis::x, 2, next);
  };
  const auto ansatz = [](Circuit& to, std::uint32_t next) {
    return append_hardware_efficient(to, 1, Entangler::cnot_chain, next);
  };
  EXPECT_EQ(append_reuploads(circuit, 3, encode, ansatz, 1), 1u + 3 * (2 + 4));
  EXPECT_EQ(circuit.gates().size(), 3u * (2 + 4 + 1));
  EXPECT_EQ(circuit.gates()[7].angles[0].factor_array[0].index, 7u);
}

}  // namespace
}  // namespace tacit::quantum_sim::test
