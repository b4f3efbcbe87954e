#include "quantum_sim/measurement/finite_shots.h"

#include <numeric>

#include "core/error.h"
#include "quantum_sim/measurement/expectation.h"
#include "quantum_sim/noise_reference.h"

namespace tacit::quantum_sim::test {
namespace {

// IXX, XXI, IZZ, ZII, ZIY (qubit 2 first) and a constant.
const Observable mixed = {
    {{0.7, 0b011, 0}, {-0.4, 0b110, 0}, {0.5, 0, 0b011}, {0.3, 0, 0b100}, {0.25, 0b001, 0b101}, {1.5, 0, 0}}};

TEST(MeasurementPlan, GroupsTermsThatOneSettingReads) {
  const MeasurementPlan plan = plan_measurement(mixed);
  EXPECT_EQ(plan.constant, 1.5);
  ASSERT_EQ(plan.settings.size(), 3u);
  EXPECT_EQ(plan.settings[0].terms, (std::vector<std::size_t>{0, 1}));
  EXPECT_EQ(plan.settings[1].terms, (std::vector<std::size_t>{2, 3}));
  EXPECT_EQ(plan.settings[2].terms, (std::vector<std::size_t>{4}));
  EXPECT_DOUBLE_EQ(plan.settings[0].weight, 1.1);
}

TEST(MeasurementPlan, EveryTermIsInOneSettingThatHasItsLetters) {
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    RandomStream stream({seed, Purpose::test, 20, 0});
    Observable observable;
    while (observable.terms.size() < 25)
      observable.terms.push_back({stream.uniform(-1, 1), 1 + stream.below(31), stream.below(32)});
    std::vector<int> seen(observable.terms.size());
    for (const MeasurementSetting& setting : plan_measurement(observable).settings)
      for (const std::size_t index : setting.terms) {
        ++seen[index];
        const PauliTerm& term = observable.terms[index];
        const std::uint64_t support = term.x_mask | term.z_mask;
        EXPECT_EQ(setting.x_mask & support, term.x_mask);
        EXPECT_EQ(setting.z_mask & support, term.z_mask);
      }
    EXPECT_EQ(std::count(seen.begin(), seen.end(), 1), 25);
  }
}

TEST(MeasurementPlan, ShotsAddUpAndFollowTheWeights) {
  const MeasurementPlan plan = plan_measurement(mixed);
  for (const std::size_t shots : {6, 7, 100, 99'999})
    for (const ShotAllocation allocation : {ShotAllocation::even, ShotAllocation::by_weight}) {
      const auto allocated = allocate_shots(plan, shots, allocation);
      EXPECT_EQ(std::accumulate(allocated.begin(), allocated.end(), std::size_t{0}), shots);
    }
  const auto weighted = allocate_shots(plan, 100'000, ShotAllocation::by_weight);
  EXPECT_NEAR(static_cast<double>(weighted[0]), 1e5 * 1.1 / 2.15, 3);
  EXPECT_NEAR(static_cast<double>(weighted[2]), 1e5 * 0.25 / 2.15, 3);
  EXPECT_THROW(allocate_shots(plan, 5, ShotAllocation::even), Error);
}

class FiniteShots : public ::testing::Test {
 protected:
  FiniteShots() : circuit(random_circuit_of_all_gates(5, 3, 25)), state(3), scratch(3) {
    RandomStream stream({5, Purpose::test, 21, 0});
    parameters = random_values(stream, 4, 3);
    inputs = random_values(stream, 4, 2);
    for (std::size_t position = 0; position < circuit.gates().size(); ++position)
      state.apply(bound_gate(circuit.gates()[position], position, parameters, inputs));
  }
  std::span<const std::complex<double>> view() const { return state.values(); }

  Circuit circuit;
  Amplitudes<double> state, scratch;
  std::vector<double> parameters, inputs;
  MeasurementPlan plan = plan_measurement(mixed);
};

TEST_F(FiniteShots, MeanAndVarianceAreUnbiased) {
  constexpr std::uint32_t repeats = 3000;
  const auto shots = allocate_shots(plan, 60, ShotAllocation::by_weight);
  const double truth = expectation(view(), mixed), predicted = exact_variance(view(), mixed, plan, shots, scratch);
  ASSERT_GT(predicted, 1e-3);
  double sum = 0, squares = 0, variances = 0;
  for (std::uint32_t repeat = 0; repeat < repeats; ++repeat) {
    RandomStream stream({1, Purpose::test, 22, repeat});
    const ShotEstimate estimated = estimate(view(), mixed, plan, shots, stream, scratch);
    EXPECT_EQ(estimated.shots, 60u);
    sum += estimated.mean - truth;
    squares += (estimated.mean - truth) * (estimated.mean - truth);
    variances += estimated.variance;
  }
  EXPECT_NEAR(sum / repeats, 0, 4.5 * std::sqrt(predicted / repeats));
  // The relative error of a variance from N near-normal values is sqrt(2 / N) = 2.6 %.
  EXPECT_NEAR(squares / repeats / predicted, 1, 0.12);
  EXPECT_NEAR(variances / repeats / predicted, 1, 0.05);
}

TEST_F(FiniteShots, VarianceOfOneStringIsOneMinusTheSquareOfItsMean) {
  const Observable one{{{2.0, 0b101, 0b110}}};
  const MeasurementPlan single = plan_measurement(one);
  const double mean = expectation(view(), one) / 2;
  const std::vector<std::size_t> shots = {50};
  EXPECT_NEAR(exact_variance(view(), one, single, shots, scratch), 4 * (1 - mean * mean) / 50, 1e-13);
}

TEST_F(FiniteShots, OfAnEigenstateAreExact) {
  state.set_basis_state(0b101);
  const Observable z{{{2.0, 0, 0b001}, {3.0, 0, 0b111}}};
  RandomStream stream({1, Purpose::test, 23, 0});
  const std::vector<std::size_t> shots = {10};
  const ShotEstimate estimated = estimate(view(), z, plan_measurement(z), shots, stream, scratch);
  EXPECT_EQ(estimated.mean, 1);
  EXPECT_EQ(estimated.variance, 0);
}

TEST_F(FiniteShots, BatchesAreTheSameForAnyNumberOfThreadsAndSamples) {
  RandomStream stream({6, Purpose::test, 24, 0});
  const std::vector<double> batch = random_values(stream, 4 * 7, 2);
  const auto run = [&](std::size_t samples, ThreadPool* pool) {
    const ShotSimulator<double> simulator(circuit, {mixed, Observable::pauli_z(1)}, 200, ShotAllocation::even, pool);
    std::vector<double> values;
    for (const ShotEstimate& one : simulator.run(parameters, std::span(batch).first(4 * samples), samples, 9)) {
      values.push_back(one.mean);
      values.push_back(one.variance);
    }
    return values;
  };
  const auto alone = run(7, nullptr);
  for (const std::size_t threads : {1, 2, 3}) {
    ThreadPool pool(threads);
    EXPECT_EQ(run(7, &pool), alone);
  }
  const auto first_three = run(3, nullptr);
  EXPECT_TRUE(std::equal(first_three.begin(), first_three.end(), alone.begin()));
  // Within bounds of the exact outputs.
  for (std::size_t b = 0; b < 7; ++b) {
    const auto exact = dense_outputs(circuit, {mixed, Observable::pauli_z(1)}, parameters,
                                     std::span<const double>(batch).subspan(4 * b, 4));
    for (std::size_t k = 0; k < 2; ++k) {
      const double mean = alone[2 * (2 * b + k)], variance = alone[2 * (2 * b + k) + 1];
      EXPECT_NEAR(mean, exact[k], 4.5 * std::sqrt(variance) + 0.05);
    }
  }
}

TEST_F(FiniteShots, BadInputIsRefused) {
  EXPECT_THROW(ShotSimulator<float>(circuit, {mixed}, 5), Error);
  EXPECT_THROW(ShotSimulator<float>(circuit, {Observable::pauli_z(3)}, 50), Error);
  Circuit measured(1);
  measured.measure(0, 0);
  EXPECT_THROW(ShotSimulator<float>(measured, {Observable::pauli_z(0)}, 50), Error);
  const ShotSimulator<float> simulator(circuit, {mixed}, 50);
  EXPECT_THROW(simulator.run(parameters, inputs, 2, 1), Error);
  EXPECT_THROW(simulator.run(inputs, {}, 1, 1), Error);
}

}  // namespace
}  // namespace tacit::quantum_sim::test
