#include <numeric>

#include "core/error.h"
#include "quantum_sim/measurement/expectation.h"
#include "quantum_sim/measurement/probabilities.h"
#include "quantum_sim/measurement/sampling.h"
#include "quantum_sim/noise_reference.h"

namespace tacit::quantum_sim::test {
namespace {

template <class T>
std::vector<std::complex<T>> amplitudes(const Vector& psi) {
  std::vector<std::complex<T>> values;
  for (Eigen::Index j = 0; j < psi.size(); ++j) values.emplace_back(psi(j));
  return values;
}

Observable random_observable(RandomStream& stream, std::uint32_t qubits, std::size_t terms) {
  Observable observable;
  const std::uint64_t strings = std::uint64_t{1} << qubits;
  while (observable.terms.size() < terms)
    observable.terms.push_back({stream.uniform(-1, 1), stream.below(strings), stream.below(strings)});
  return observable;
}

template <class T>
void expect_expectations_agree(double tolerance) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    RandomStream stream({seed, Purpose::test, 10, 0});
    const auto qubits = static_cast<std::uint32_t>(1 + stream.below(5));
    const Vector psi = random_state(stream, qubits);
    const Observable observable = random_observable(stream, qubits, 6);
    const auto state = amplitudes<T>(psi);
    const double expected = psi.dot(dense_observable(qubits, observable) * psi).real();
    EXPECT_NEAR(expectation(std::span<const std::complex<T>>(state), observable), expected, tolerance)
        << "seed " << seed;
  }
}

TEST(Expectation, PauliSumsAgreeWithDenseMatrices) {
  expect_expectations_agree<double>(1e-13);
  expect_expectations_agree<float>(1e-5);
}

TEST(Expectation, ProjectorsAndTheirPauliSumsAgreeWithDenseMatrices) {
  RandomStream stream({1, Purpose::test, 11, 0});
  const Vector psi = random_state(stream, 5);
  const auto state = amplitudes<double>(psi);
  const std::span<const std::complex<double>> view(state);
  for (const Projector& projector :
       {Projector{0b10110, 0b00100}, Projector{0b00001, 0b00001}, Projector{0, 0}, Projector{0b11111, 0b01010}}) {
    double expected = 0;
    for (Eigen::Index j = 0; j < psi.size(); ++j)
      if ((static_cast<std::uint64_t>(j) & projector.mask) == projector.bits) expected += std::norm(psi(j));
    EXPECT_NEAR(expectation(view, projector), expected, 1e-14);
    EXPECT_NEAR(expectation(view, to_observable(projector)), expected, 1e-14);
  }
  const Vector phi = random_state(stream, 5);
  const auto other = amplitudes<double>(phi);
  EXPECT_NEAR(overlap(view, std::span<const std::complex<double>>(other)), std::norm(phi.dot(psi)), 1e-14);
}

TEST(Expectation, BadInputIsNamed) {
  const std::vector<std::complex<double>> state(4), three(3);
  const std::span<const std::complex<double>> view(state);
  EXPECT_THROW(expectation(view, Observable::pauli_z(2)), Error);
  EXPECT_THROW(expectation(view, Observable{{{NAN, 0, 1}}}), Error);
  EXPECT_THROW(expectation(view, Projector{4, 0}), Error);
  EXPECT_THROW(expectation(view, Projector{1, 2}), Error);
  EXPECT_THROW(expectation(std::span<const std::complex<double>>(three), Projector{}), Error);
  EXPECT_THROW(to_observable({0x1ffff, 0}), Error);
}

TEST(Probabilities, MarginalsSumOverTheOtherQubits) {
  RandomStream stream({2, Purpose::test, 11, 0});
  const Vector psi = random_state(stream, 5);
  const auto state = amplitudes<double>(psi);
  const std::span<const std::complex<double>> view(state);
  const auto all = probabilities(view);
  const std::vector<std::uint32_t> chosen = {4, 1};
  const auto two = probabilities(view, chosen);
  ASSERT_EQ(two.size(), 4u);
  for (std::uint64_t bits = 0; bits < 4; ++bits) {
    const std::uint64_t at = (bits & 1) << 4 | (bits >> 1) << 1;
    EXPECT_NEAR(two[bits], expectation(view, Projector{0b10010, at}), 1e-15);
  }
  EXPECT_EQ(marginal(all, chosen), two);
  const std::vector<std::uint32_t> twice = {1, 1}, outside = {5};
  EXPECT_THROW(probabilities(view, twice), Error);
  EXPECT_THROW(probabilities(view, outside), Error);
}

TEST(Sampling, FrequenciesFollowTheDistribution) {
  const std::vector<double> weights = {0.1, 0, 0.4, 0.2, 0, 0.3, 0, 0};
  constexpr std::size_t shots = 200'000;
  RandomStream stream = shot_stream(7, 0);
  std::vector<double> counts(weights.size());
  for (const Count& count : sample_counts(weights, shots, stream))
    counts[count.outcome] = static_cast<double>(count.shots);
  double chi_squared = 0;
  for (std::size_t outcome = 0; outcome < weights.size(); ++outcome) {
    const double expected = weights[outcome] * shots;
    if (expected == 0) {
      EXPECT_EQ(counts[outcome], 0);
    } else {
      chi_squared += (counts[outcome] - expected) * (counts[outcome] - expected) / expected;
    }
  }
  EXPECT_LT(chi_squared, 21.1);  // Three degrees of freedom: 1 in 10^4.
}

TEST(Sampling, IsSeededAndShotsDoNotDependOnHowManyThereAre) {
  std::vector<double> weights(64);
  RandomStream filling({1, Purpose::test, 12, 0});
  for (double& weight : weights) weight = filling.uniform();
  RandomStream one = shot_stream(3, 5), two = shot_stream(3, 5), three = shot_stream(3, 5), other = shot_stream(3, 6);
  const auto many = sample(weights, 1000, one), few = sample(weights, 100, two);
  EXPECT_TRUE(std::equal(few.begin(), few.end(), many.begin()));
  EXPECT_NE(sample(weights, 1000, other), many);
  std::vector<std::uint64_t> counts(64);
  for (const std::uint64_t outcome : many) ++counts[outcome];
  for (const Count& count : sample_counts(weights, 1000, three)) EXPECT_EQ(counts[count.outcome], count.shots);
  // By the plain definition, shot by shot.
  RandomStream plain = shot_stream(3, 5);
  const double total = std::accumulate(weights.begin(), weights.end(), 0.0);
  for (const std::uint64_t outcome : many)
    EXPECT_EQ(outcome_at(plain.uniform(), 64, total, [&](std::size_t j) { return weights[j]; }), outcome);
}

TEST(Sampling, BitStringsReadFromTheHighestQubit) {
  EXPECT_EQ(bit_string(1, 3), "001");
  EXPECT_EQ(bit_string(6, 4), "0110");
}

TEST(Sampling, RefusesWhatIsNoDistribution) {
  RandomStream stream = shot_stream(1, 0);
  const std::vector<double> negative = {0.5, -0.1}, zeros(4), not_a_number = {NAN};
  EXPECT_THROW(sample(negative, 1, stream), Error);
  EXPECT_THROW(sample(zeros, 1, stream), Error);
  EXPECT_THROW(sample_counts(not_a_number, 1, stream), Error);
}

}  // namespace
}  // namespace tacit::quantum_sim::test
