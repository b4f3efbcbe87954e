#include "core/error.h"
#include "quantum_sim/noise/channels.h"
#include "quantum_sim/noise/density_matrix.h"
#include "quantum_sim/noise_reference.h"

namespace tacit::quantum_sim::test {
namespace {

using ::testing::HasSubstr;
using Strings = std::vector<std::pair<std::string_view, double>>;

template <class Action>
void expect_usage(Action action, const std::vector<std::string>& parts) {
  try {
    action();
    ADD_FAILURE() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::usage) << error.what();
    for (const std::string& part : parts) EXPECT_THAT(error.what(), HasSubstr(part));
  }
}

Matrix pauli(char letter) {
  return pauli_matrix(letter == 'X' || letter == 'Y', letter == 'Z' || letter == 'Y', 1);
}

Matrix random_density(RandomStream& stream, std::uint32_t qubits) {
  const Matrix a = random_matrix(stream, Eigen::Index{1} << qubits);
  const Matrix positive = a * a.adjoint();
  return positive / positive.trace();
}

/// What a channel does to rho by the library's superoperator.
Matrix applied(const Channel& channel, const Matrix& rho) {
  DensityMatrix state(static_cast<std::uint32_t>(channel.qubits()));
  std::copy(rho.data(), rho.data() + rho.size(), state.elements().data());
  std::vector<std::uint32_t> qubits;
  for (std::uint32_t qubit = 0; qubit < channel.qubits(); ++qubit) qubits.push_back(qubit);
  state.apply(channel, qubits);
  return Eigen::Map<const Matrix>(state.elements().data(), rho.rows(), rho.cols());
}

std::vector<Channel> all_channels() {
  const Strings strings = {{"XZ", 0.1}, {"YI", 0.05}, {"ZZ", 0.2}};
  return {depolarizing(0.3),
          depolarizing(1),
          depolarizing(0.2, 2),
          bit_flip(0.2),
          phase_flip(0.4),
          bit_phase_flip(0.1),
          pauli_channel(strings),
          amplitude_damping(0.3),
          amplitude_damping(1),
          generalized_amplitude_damping(0.3, 0.2),
          phase_damping(0.5),
          thermal_relaxation(50, 70, 10),
          thermal_relaxation(50, 100, 10, 0.1),
          over_rotation("XY", 0.3)};
}

TEST(Channels, AreCompletelyPositiveAndKeepTheTrace) {
  for (const Channel& channel : all_channels()) {
    SCOPED_TRACE(channel.name());
    const Eigen::Index rows = Eigen::Index{1} << channel.qubits();
    // Choi matrix sum_ij |i><j| (x) E(|i><j|): positive, and the identity once the output is traced out.
    Matrix choi = Matrix::Zero(rows * rows, rows * rows);
    for (Eigen::Index i = 0; i < rows; ++i)
      for (Eigen::Index j = 0; j < rows; ++j) {
        Matrix unit = Matrix::Zero(rows, rows);
        unit(i, j) = 1;
        const Matrix image = applied(channel, unit);
        choi.block(i * rows, j * rows, rows, rows) = image;
        EXPECT_NEAR(std::abs(image.trace() - (i == j ? 1.0 : 0.0)), 0, 1e-14);
      }
    EXPECT_GT(Eigen::SelfAdjointEigenSolver<Matrix>(choi).eigenvalues()(0), -1e-14);
  }
}

TEST(Channels, SuperoperatorIsTheKrausSum) {
  RandomStream stream({1, Purpose::test, 30, 0});
  for (const Channel& channel : all_channels()) {
    const auto qubits = static_cast<std::uint32_t>(channel.qubits());
    std::vector<Matrix> kraus;
    for (const auto& one : channel.kraus()) kraus.push_back(from_row_major(one));
    const Matrix rho = random_density(stream, qubits);
    std::vector<std::uint32_t> targets = qubits == 1 ? std::vector<std::uint32_t>{0} : std::vector<std::uint32_t>{0, 1};
    EXPECT_LT((applied(channel, rho) - kraus_sum(rho, kraus, targets, qubits)).norm(), 1e-14) << channel.name();
  }
}

TEST(Channels, AreWhatTheirDefinitionsSay) {
  RandomStream stream({2, Purpose::test, 30, 0});
  const Matrix rho = random_density(stream, 1), two = random_density(stream, 2), one = Matrix::Identity(2, 2);
  EXPECT_LT((applied(depolarizing(0.3), rho) - (0.7 * rho + 0.15 * one)).norm(), 1e-14);
  EXPECT_LT((applied(depolarizing(0.3, 2), two) - (0.7 * two + 0.075 * Matrix::Identity(4, 4))).norm(), 1e-14);
  const auto flipped = [&](char letter, double p) {
    return Matrix((1 - p) * rho + p * pauli(letter) * rho * pauli(letter));
  };
  EXPECT_LT((applied(bit_flip(0.2), rho) - flipped('X', 0.2)).norm(), 1e-14);
  EXPECT_LT((applied(phase_flip(0.2), rho) - flipped('Z', 0.2)).norm(), 1e-14);
  EXPECT_LT((applied(bit_phase_flip(0.2), rho) - flipped('Y', 0.2)).norm(), 1e-14);
  const Strings strings = {{"XZ", 0.1}, {"II", 0.2}};
  const Matrix xz = pauli_matrix(0b01, 0b10, 2);
  EXPECT_LT((applied(pauli_channel(strings), two) - (0.9 * two + 0.1 * xz * two * xz)).norm(), 1e-14);
  Matrix damped = rho;
  damped(0, 0) += 0.3 * rho(1, 1);
  damped(1, 1) *= 0.7;
  damped(0, 1) *= std::sqrt(0.7);
  damped(1, 0) *= std::sqrt(0.7);
  EXPECT_LT((applied(amplitude_damping(0.3), rho) - damped).norm(), 1e-14);
  Matrix dephased = rho;
  dephased(0, 1) *= std::sqrt(0.6);
  dephased(1, 0) *= std::sqrt(0.6);
  EXPECT_LT((applied(phase_damping(0.4), rho) - dephased).norm(), 1e-14);
  const Matrix turn = std::cos(0.25) * one - std::complex<double>(0, std::sin(0.25)) * pauli('Y');
  EXPECT_LT((applied(over_rotation("Y", 0.5), rho) - turn * rho * turn.adjoint()).norm(), 1e-14);
}

TEST(Channels, ThermalRelaxationDecaysWithT1AndT2) {
  RandomStream stream({3, Purpose::test, 30, 0});
  const Matrix rho = random_density(stream, 1);
  const double t1 = 50, t2 = 70, excited = 0.1;
  for (const double time : {0.0, 1.0, 30.0, 1000.0}) {
    const Matrix relaxed = applied(thermal_relaxation(t1, t2, time, excited), rho);
    const double population = excited + (rho(1, 1).real() - excited) * std::exp(-time / t1);
    EXPECT_NEAR(relaxed(1, 1).real(), population, 1e-13);
    EXPECT_LT(std::abs(relaxed(0, 1) - rho(0, 1) * std::exp(-time / t2)), 1e-13);
  }
  // Twice half the time is the whole.
  const Channel half = thermal_relaxation(t1, t2, 5, excited);
  EXPECT_LT((applied(half, applied(half, rho)) - applied(thermal_relaxation(t1, t2, 10, excited), rho)).norm(), 1e-14);
  // No relaxation at all.
  EXPECT_LT((applied(thermal_relaxation(INFINITY, INFINITY, 5), rho) - rho).norm(), 1e-15);
}

TEST(Channels, KnowWhatTheyAre) {
  EXPECT_TRUE(depolarizing(0.1, 2).is_pauli_mixture());
  EXPECT_EQ(depolarizing(0.1, 2).strings().size(), 16u);
  EXPECT_TRUE(phase_damping(0.3).is_pauli_mixture());
  EXPECT_TRUE(depolarizing(0.1).keeps_state());
  EXPECT_NEAR(depolarizing(0.2).most_jumps(), 0.15, 1e-14);
  EXPECT_FALSE(amplitude_damping(0.1).is_mixture());
  EXPECT_TRUE(amplitude_damping(0.1).has_diagonal_effects());
  EXPECT_NEAR(amplitude_damping(0.1).most_jumps(), 0.1, 1e-14);
  EXPECT_TRUE(thermal_relaxation(50, 70, 1, 0.1).has_diagonal_effects());
  EXPECT_TRUE(over_rotation("X", 0.1).is_mixture());
  EXPECT_FALSE(over_rotation("X", 0.1).is_pauli_mixture());
  // A flip mostly flips: the likelier operator comes first, whatever it is.
  EXPECT_FALSE(bit_flip(0.9).keeps_state());
  EXPECT_NEAR(bit_flip(0.9).most_jumps(), 0.1, 1e-14);
  EXPECT_EQ(bit_flip(0).kraus().size(), 1u);
}

TEST(Channels, PauliMixturesAreRecognisedFromTheirOperators) {
  for (std::uint64_t string = 0; string < 64; ++string) {
    const std::uint64_t x = string & 7, z = string >> 3;
    const std::complex<double> factor = std::polar(1.0, 0.3);
    const Channel channel("one string", {row_major(factor * pauli_matrix(x, z, 3))});
    ASSERT_TRUE(channel.is_pauli_mixture());
    EXPECT_EQ(channel.strings()[0].x, x);
    EXPECT_EQ(channel.strings()[0].z, z);
  }
  const Matrix hadamard = (pauli('X') + pauli('Z')) / std::sqrt(2.0);
  EXPECT_FALSE(Channel("H", {row_major(hadamard)}).is_pauli_mixture());
  EXPECT_FALSE(Channel("S", {row_major(Matrix(pauli('Z') + Matrix::Identity(2, 2)) / 2),
                             row_major(Matrix(Matrix::Identity(2, 2) - pauli('Z')) / 2)})
                   .is_pauli_mixture());
}

TEST(ChannelErrors, NameChannelArgumentAndDeviation) {
  expect_usage([] { depolarizing(1.5); }, {"depolarizing", "[0, 1]", "1.5"});
  expect_usage([] { depolarizing(0.5, 3); }, {"1 or 2 qubits"});
  expect_usage([] { bit_flip(-0.1); }, {"bit flip", "-0.1"});
  expect_usage([] { amplitude_damping(NAN); }, {"amplitude damping", "gamma", "nan"});
  expect_usage([] { generalized_amplitude_damping(0.1, 2); }, {"excited population", "2"});
  expect_usage([] { thermal_relaxation(10, 20.1, 1); }, {"2 T1", "20.1", "10"});
  expect_usage([] { thermal_relaxation(0, 1, 1); }, {"positive"});
  expect_usage([] { thermal_relaxation(1, 1, -1); }, {"time -1"});
  expect_usage([] { over_rotation("XQ", 1); }, {"'Q'"});
  expect_usage([] { over_rotation("X", INFINITY); }, {"finite"});
  expect_usage([] { pauli_channel(Strings{{"X", 0.75}, {"Z", 0.5}}); }, {"add up to 1.25"});
  expect_usage([] { pauli_channel(Strings{{"X", 0.1}, {"ZZ", 0.1}}); }, {"one length"});
  expect_usage([] { pauli_channel(Strings{{"X", 0.1}, {"X", 0.1}}); }, {"twice"});
  expect_usage([] { Channel("mine", {{1, 0, 0, 0.5}}); }, {"mine", "0.75 away"});
  expect_usage([] { Channel("mine", {}); }, {"no operator"});
  expect_usage([] { Channel("mine", {{1, 0, 0}}); }, {"4, 16 or 64", "3"});
  expect_usage([] { Channel("mine", {{1, 0, 0, 1}, std::vector<std::complex<double>>(16)}); }, {"operator 1"});
  expect_usage([] { Channel("mine", {{1, 0, 0, NAN}}); }, {"operator 0", "finite"});
}

}  // namespace
}  // namespace tacit::quantum_sim::test
