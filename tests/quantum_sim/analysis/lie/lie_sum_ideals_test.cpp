#include "quantum_sim/analysis/lie/lie_sum_ideals.h"

#include "quantum_sim/analysis/lie/lie_algebra.h"
#include "quantum_sim/analysis/lie/lie_reference.h"

namespace tacit::quantum_sim::test {
namespace {

std::string structure(std::uint32_t qubits, const std::vector<PauliSum>& generators) {
  return summarise(dynamical_lie_algebra(qubits, generators)).structure;
}

/// Sums and differences of neighbours, with odd weights: they generate what the strings alone do.
std::vector<PauliSum> mixed(const std::vector<PauliSum>& strings) {
  std::vector<PauliSum> sums;
  for (std::size_t place = 0; place < strings.size(); ++place) {
    const PauliString& one = strings[place].terms[0].string;
    const PauliString& next = strings[(place + 1) % strings.size()].terms[0].string;
    sums.push_back(PauliSum({{1, one}, {0.3, next}}));
    sums.push_back(PauliSum({{0.7, one}, {-1.1, next}}));
  }
  return sums;
}

std::vector<PauliSum> open_ising(std::uint32_t qubits) {
  return joined(chain(qubits, "X"), chain(qubits, "ZZ"));
}

// Brackets of strings and linear algebra over sums are two ways to one algebra.
TEST(LieSumIdeals, OfMixedStringsAreThoseOfTheStrings) {
  EXPECT_EQ(structure(2, mixed(open_ising(2))), "2 su(2)");
  EXPECT_EQ(structure(3, mixed(open_ising(3))), "su(4)");
  EXPECT_EQ(structure(4, mixed(open_ising(4))), "so(8)");
  EXPECT_EQ(structure(7, mixed(open_ising(7))), "so(14)");
  const auto ring = joined(chain(4, "X"), chain(4, "ZZ", true));
  EXPECT_EQ(structure(4, mixed(ring)), "2 so(8)");
  const auto xy = joined(chain(7, "XX"), chain(7, "YY"));
  EXPECT_EQ(structure(7, xy), "2 so(7)");
  EXPECT_EQ(structure(7, mixed(xy)), "2 so(7) or sp(6)");
  const auto xxz = [](std::uint32_t qubits) {
    return joined(joined(chain(qubits, "XX"), chain(qubits, "YY")), chain(qubits, "ZZ"));
  };
  EXPECT_EQ(structure(3, mixed(xxz(3))), structure(3, xxz(3)));
  EXPECT_EQ(structure(4, mixed(xxz(4))), structure(4, xxz(4)));
  EXPECT_EQ(structure(5, mixed(xxz(5))), "su(16)");
  std::vector<PauliSum> symplectic;
  for (const char* string : {"YI", "XI", "ZX", "ZZ", "XX", "IY"}) symplectic.emplace_back(PauliString::parse(string));
  EXPECT_EQ(structure(2, mixed(symplectic)), structure(2, symplectic));
}

// With shared angles, free fermions on an open chain keep n modes that mix: u(n). On a ring each pair of momenta k, -k
// has its own su(2).
TEST(LieSumIdeals, OfTheIsingChainAreThoseOfItsModes) {
  for (const std::uint32_t qubits : {3u, 5u, 8u, 12u})
    EXPECT_EQ(structure(qubits, {chain_sum(qubits, "X"), chain_sum(qubits, "ZZ")}),
              fmt::format("su({}) + u(1)", qubits));
  for (const std::uint32_t qubits : {4u, 7u, 10u})
    EXPECT_EQ(structure(qubits, {chain_sum(qubits, "X"), chain_sum(qubits, "ZZ", true)}),
              fmt::format("{} su(2) + 2 u(1)", qubits - 1));
}

// Total spin: rotations of all spins together, whatever their number; with the exchange that commutes with them.
TEST(LieSumIdeals, OfTheHeisenbergModelHoldTheTotalSpin) {
  for (const std::uint32_t qubits : {2u, 3u, 4u}) {
    const auto spins = joined({chain_sum(qubits, "X")}, {chain_sum(qubits, "Y")});
    EXPECT_EQ(structure(qubits, spins), "su(2)");
    PauliSum exchange = chain_sum(qubits, "XX");
    for (const char* letters : {"YY", "ZZ"})
      for (const PauliSum::Term& term : chain_sum(qubits, letters).terms) exchange.terms.push_back(term);
    EXPECT_EQ(structure(qubits, joined(spins, {exchange})), "su(2) + u(1)");
  }
}

// Blocks of parity and of spin are ideals of sizes of their own; their number and dimensions against dense matrices.
TEST(LieSumIdeals, AreAsManyAsOverDenseMatrices) {
  const std::vector<std::pair<std::uint32_t, std::vector<PauliSum>>> cases = {
      {3, {chain_sum(3, "X"), chain_sum(3, "ZZ", true)}},
      {4, {chain_sum(4, "X"), chain_sum(4, "ZZ")}},
      {3, {chain_sum(3, "XX"), chain_sum(3, "Z")}},
      {2, {chain_sum(2, "X"), chain_sum(2, "Z"), chain_sum(2, "ZZ")}},
  };
  for (const auto& [qubits, generators] : cases) {
    const LieAlgebra algebra = dynamical_lie_algebra(qubits, generators);
    const std::vector<Matrix> basis = dense_lie_algebra(generators);
    ASSERT_EQ(algebra.dimension, basis.size());
    ASSERT_FALSE(algebra.is_spanned_by_strings);
    std::size_t ideals = 0, dimension = algebra.centre_dimension;
    for (const LieIdeal& ideal : algebra.ideals) {
      ideals += ideal.copies;
      dimension += ideal.copies * ideal.dimension;
    }
    EXPECT_EQ(dimension, algebra.dimension);
    EXPECT_EQ(ideals, dense_simple_ideals(basis)) << summarise(algebra).structure;
  }
}

TEST(LieSumIdeals, SayNothingWhereDimensionsDoNotFit) {
  const LieAlgebra algebra = dynamical_lie_algebra(3, mixed(open_ising(3)));
  EXPECT_EQ(decompose_sums(algebra.strings, algebra.generators, 15, 0).size(), 1u);
  EXPECT_TRUE(decompose_sums(algebra.strings, algebra.generators, 15, 1).empty());
  EXPECT_TRUE(decompose_sums(algebra.strings, algebra.generators, 16, 0).empty());
  EXPECT_TRUE(decompose_sums(algebra.strings, algebra.generators, 1025, 0).empty());
}

TEST(SimpleAlgebraOfRank, IsThatOfCartansList) {
  EXPECT_EQ(simple_algebra_of_rank(3, 1), "su(2)");
  EXPECT_EQ(simple_algebra_of_rank(8, 2), "su(3)");
  EXPECT_EQ(simple_algebra_of_rank(10, 2), "sp(4)");
  EXPECT_EQ(simple_algebra_of_rank(14, 2), "g2");
  EXPECT_EQ(simple_algebra_of_rank(15, 3), "su(4)");
  EXPECT_EQ(simple_algebra_of_rank(21, 3), "so(7) or sp(6)");
  EXPECT_EQ(simple_algebra_of_rank(28, 4), "so(8)");
  EXPECT_EQ(simple_algebra_of_rank(78, 6), "so(13) or sp(12) or e6");
  EXPECT_EQ(simple_algebra_of_rank(248, 8), "e8");
  EXPECT_EQ(simple_algebra_of_rank(6, 2), "simple");  // so(4) is not
}

}  // namespace
}  // namespace tacit::quantum_sim::test
