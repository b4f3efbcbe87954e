#include "quantum_sim/circuit/observables.h"

#include "core/error.h"
#include "quantum_sim/dense_reference.h"
#include "quantum_sim/random_problem.h"

namespace tacit::quantum_sim::test {
namespace {

bool equal(const Observable& left, const Observable& right) {
  return std::equal(left.terms.begin(), left.terms.end(), right.terms.begin(), right.terms.end(),
                    [](const PauliTerm& a, const PauliTerm& b) {
                      return a.coefficient == b.coefficient && a.x_mask == b.x_mask && a.z_mask == b.z_mask;
                    });
}

// Energies of basis states and of |+...+>, by counting.
TEST(Observables, EnergiesAreThoseOfTheModels) {
  const Matrix ising = dense_observable(4, ising_energy(4, 0.7, 0.3, Boundary::periodic));
  for (Eigen::Index state = 0; state < 16; ++state) {
    int aligned = 0;
    for (int qubit = 0; qubit < 4; ++qubit)
      aligned += (state >> qubit & 1) == (state >> ((qubit + 1) % 4) & 1) ? 1 : -1;
    EXPECT_NEAR(ising(state, state).real(), -0.7 * aligned, 1e-14);
  }
  const Vector plus = Vector::Constant(16, 0.25);
  EXPECT_NEAR(plus.dot(ising * plus).real(), -0.3 * 4, 1e-14);
  // The singlet of two spins has energy -2 - delta, the triplet with one spin up 2 - delta.
  const Matrix xxz = dense_observable(2, xxz_energy(2, 0.4));
  const Vector singlet = (Vector(4) << 0, std::sqrt(0.5), -std::sqrt(0.5), 0).finished();
  EXPECT_LT((xxz * singlet - (-2 - 0.4) * singlet).norm(), 1e-14);
  EXPECT_LT((xxz * singlet.cwiseAbs() - (2 - 0.4) * singlet.cwiseAbs()).norm(), 1e-14);
  EXPECT_NEAR(dense_observable(3, sum_of_z(3, 0.5))(0b101, 0b101).real(), -0.5, 1e-15);
}

TEST(Observables, AProjectorIsOneOnItsBitsOnly) {
  const Matrix matrix = dense_observable(4, projector({3, 1}, 0b01));
  for (Eigen::Index state = 0; state < 16; ++state)
    EXPECT_NEAR(matrix(state, state).real(), (state >> 3 & 1) == 1 && (state >> 1 & 1) == 0 ? 1 : 0, 1e-14);
  EXPECT_LT((matrix - Matrix(matrix.diagonal().asDiagonal())).norm(), 1e-14);
  EXPECT_THROW(projector({1, 1}, 0), Error);
  EXPECT_THROW(projector(std::vector<std::uint32_t>(13), 0), Error);
}

TEST(Observables, AreReadFromText) {
  EXPECT_TRUE(equal(parse_observable("0.5 X0 Z3 - Y1"), {{{0.5, 0b0001, 0b1000}, {-1, 0b0010, 0b0010}}}));
  EXPECT_TRUE(equal(parse_observable(" -X2"), {{{-1, 0b100, 0}}}));
  EXPECT_TRUE(equal(parse_observable("2 * Z0Z1+1e-3 - 4"), {{{2, 0, 0b11}, {1e-3, 0, 0}, {-4, 0, 0}}}));
  EXPECT_TRUE(equal(parse_observable("Z63"), {{{1, 0, std::uint64_t{1} << 63}}}));
}

TEST(Observables, FaultsOfTextNameTheColumn) {
  const auto refused = [](const std::string& text, std::size_t column, const std::string& expected) {
    try {
      parse_observable(text);
      ADD_FAILURE() << "accepted: " << text;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::usage);
      EXPECT_THAT(error.what(), ::testing::HasSubstr(fmt::format("column {}:", column))) << text;
      EXPECT_THAT(error.what(), ::testing::HasSubstr(expected)) << text;
    }
  };
  refused("", 1, "a term");
  refused("   ", 4, "a term");
  refused("X0 +", 5, "the end");
  refused("X0 Q1", 4, "+ or -");
  refused("X", 2, "a qubit");
  refused("X64", 2, "below 64");
  refused("X0 Z0", 5, "does not have yet");
  refused("nan X0", 1, "finite");
  refused("1e999 X0", 1, "finite");
  refused("- -1 X0", 3, "finite");
  refused("2 * 3", 5, "letter");
  refused("X99999999999", 2, "a qubit");
}

TEST(Observables, TextIsReadBackAsItWas) {
  RandomStream stream({1, Purpose::test, 7, 0});
  for (int repeat = 0; repeat < 50; ++repeat) {
    Observable observable;
    for (std::uint64_t count = 1 + stream.below(4); count > 0; --count)
      observable.terms.push_back({stream.uniform(-2, 2), stream.below(1 << 12), stream.below(1 << 12)});
    EXPECT_TRUE(equal(parse_observable(to_text(observable)), observable)) << to_text(observable);
  }
  EXPECT_EQ(to_text({}), "0");
}

}  // namespace
}  // namespace tacit::quantum_sim::test
