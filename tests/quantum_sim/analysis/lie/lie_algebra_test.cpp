#include "quantum_sim/analysis/lie/lie_algebra.h"

#include <limits>

#include "core/error.h"
#include "quantum_sim/analysis/lie/lie_field.h"
#include "quantum_sim/analysis/lie/lie_reference.h"

namespace tacit::quantum_sim::test {
namespace {

using ::testing::HasSubstr;

std::vector<PauliSum> parsed(const std::vector<std::string>& strings) {
  std::vector<PauliSum> result;
  for (const std::string& string : strings) result.emplace_back(PauliString::parse(string));
  return result;
}

std::string structure(std::uint32_t qubits, const std::vector<PauliSum>& generators) {
  return summarise(dynamical_lie_algebra(qubits, generators)).structure;
}

// Dimension, centre, that the basis spans the same space, and the number of simple ideals.
void expect_as_dense(std::uint32_t qubits, const std::vector<PauliSum>& generators) {
  const LieAlgebra algebra = dynamical_lie_algebra(qubits, generators);
  const std::vector<Matrix> basis = dense_lie_algebra(generators);
  ASSERT_EQ(algebra.dimension, basis.size());
  EXPECT_EQ(algebra.centre_dimension, dense_centre_dimension(basis));
  for (std::size_t element = 0; element < algebra.dimension; ++element) {
    const PauliSum sum =
        algebra.is_spanned_by_strings ? PauliSum(algebra.strings[element]) : algebra.summed_basis[element];
    Matrix rest = std::complex<double>(0, 1) * dense(sum);
    for (const Matrix& member : basis) rest -= (member.adjoint() * rest).trace().real() * member;
    EXPECT_LT(rest.norm(), 1e-8) << to_string(sum);
  }
  if (basis.size() > 30) return;
  std::size_t ideals = 0, dimension = algebra.centre_dimension;
  for (const LieIdeal& ideal : algebra.ideals) {
    ideals += ideal.copies;
    dimension += ideal.copies * ideal.dimension;
    EXPECT_EQ(ideal.strings.size(), algebra.is_spanned_by_strings ? ideal.copies * ideal.dimension : 0);
    EXPECT_NE(ideal.name, "simple");
  }
  EXPECT_EQ(ideals, dense_simple_ideals(basis));
  EXPECT_EQ(dimension, basis.size());
}

std::vector<PauliSum> open_ising(std::uint32_t qubits) {
  return joined(chain(qubits, "X"), chain(qubits, "ZZ"));
}

TEST(LieAlgebra, OpenTransverseFieldIsingIsSoOfTwiceTheQubits) {
  for (std::uint32_t qubits = 2; qubits <= 4; ++qubits) expect_as_dense(qubits, open_ising(qubits));
  EXPECT_EQ(structure(2, open_ising(2)), "2 su(2)");  // so(4)
  EXPECT_EQ(structure(3, open_ising(3)), "su(4)");    // so(6)
  EXPECT_EQ(structure(4, open_ising(4)), "so(8)");
  EXPECT_EQ(structure(9, open_ising(9)), "so(18)");
}

TEST(LieAlgebra, FiftyQubitsTakeWellUnderASecond) {
  const LieAlgebra algebra = dynamical_lie_algebra(50, open_ising(50));
  EXPECT_EQ(algebra.dimension, 4950u);
  EXPECT_LT(algebra.seconds, 1);
  ASSERT_EQ(algebra.ideals.size(), 1u);
  EXPECT_EQ(algebra.ideals[0].name, "so(100)");
  EXPECT_EQ(algebra.ideals[0].copies, 1u);
}

// The ring adds the parity of all X as a central factor: two copies.
TEST(LieAlgebra, TransverseFieldIsingRingIsTwoCopies) {
  const auto ring = [](std::uint32_t qubits) { return joined(chain(qubits, "X"), chain(qubits, "ZZ", true)); };
  expect_as_dense(3, ring(3));
  EXPECT_EQ(structure(4, ring(4)), "2 so(8)");
  EXPECT_EQ(structure(11, ring(11)), "2 so(22)");
  EXPECT_EQ(dense_lie_algebra(ring(4)).size(), 56u);
}

TEST(LieAlgebra, MatchgatesAreSoOfTwiceTheQubits) {
  for (std::uint32_t qubits = 2; qubits <= 6; ++qubits) {
    const auto generators = joined(joined(chain(qubits, "XX"), chain(qubits, "YY")), chain(qubits, "Z"));
    EXPECT_EQ(dynamical_lie_algebra(qubits, generators).dimension, qubits * (2 * qubits - 1));
    if (qubits <= 3) expect_as_dense(qubits, generators);
  }
}

// Without the field the chain splits in two: so(n) + so(n).
TEST(LieAlgebra, XyChainIsTwoTimesSoOfTheQubits) {
  const auto xy = [](std::uint32_t qubits) { return joined(chain(qubits, "XX"), chain(qubits, "YY")); };
  expect_as_dense(3, xy(3));
  expect_as_dense(4, xy(4));
  EXPECT_EQ(structure(7, xy(7)), "2 so(7)");
  EXPECT_EQ(structure(8, xy(8)), "2 so(8)");
}

// arXiv 2309.05690, Theorem III.1: su(2^(n-1)) for odd n, four times su(2^(n-2)) for even n.
TEST(LieAlgebra, HeisenbergChainIsExponential) {
  const auto xxz = [](std::uint32_t qubits) {
    return joined(joined(chain(qubits, "XX"), chain(qubits, "YY")), chain(qubits, "ZZ"));
  };
  expect_as_dense(3, xxz(3));
  EXPECT_EQ(structure(3, xxz(3)), "su(4)");
  EXPECT_EQ(structure(4, xxz(4)), "4 su(4)");
  EXPECT_EQ(structure(5, xxz(5)), "su(16)");
  EXPECT_EQ(dense_lie_algebra(xxz(4)).size(), 60u);
}

TEST(LieAlgebra, UniversalSetsSpanEverything) {
  for (std::uint32_t qubits = 1; qubits <= 6; ++qubits) {
    const auto generators = joined(joined(chain(qubits, "X"), chain(qubits, "Z")),
                                   qubits > 1 ? chain(qubits, "ZZ") : std::vector<PauliSum>{});
    const LieAlgebra algebra = dynamical_lie_algebra(qubits, generators);
    EXPECT_EQ(algebra.dimension, (std::size_t{1} << 2 * qubits) - 1);
    EXPECT_EQ(algebra.ideals.at(0).name, fmt::format("su({})", 1u << qubits));
  }
}

TEST(LieAlgebra, RandomStringsAreAsDense) {
  for (std::uint64_t seed = 0; seed < 12; ++seed) {
    SCOPED_TRACE(seed);
    RandomStream stream({seed, Purpose::test, 0, 0});
    std::vector<PauliSum> generators;
    for (std::uint64_t count = 2 + stream.below(4); count > 0; --count)
      generators.emplace_back(random_string(stream, 3));
    expect_as_dense(3, generators);
  }
}

// All strings with an odd number of Y span so(2^n); those that a symplectic form singles out, sp(2^n).
TEST(LieAlgebra, OrthogonalAndSymplecticAlgebrasHaveTheirNames) {
  std::vector<PauliSum> orthogonal, symplectic;
  for (std::uint64_t code = 0; code < 256; ++code) {
    const PauliString string = PauliString::from_masks(4, code & 15, code >> 4);
    const bool is_odd = std::popcount((code & 15) & (code >> 4)) % 2 == 1;
    if (is_odd) orthogonal.emplace_back(string);
    // J = Y on qubit 0: P^T J = -J P.
    if (is_odd != (string.letter(0) != 'I' && string.letter(0) != 'Y')) symplectic.emplace_back(string);
  }
  EXPECT_EQ(orthogonal.size(), 120u);
  EXPECT_EQ(structure(4, orthogonal), "so(16)");
  EXPECT_EQ(symplectic.size(), 136u);
  EXPECT_EQ(structure(4, symplectic), "sp(16)");
}

TEST(LieAlgebra, IdentityAndRepetitionsAndNothing) {
  EXPECT_EQ(structure(2, parsed({"II", "XI", "XI", "II"})), "2 u(1)");
  EXPECT_EQ(structure(1, parsed({"X", "Z", "X"})), "su(2)");
  EXPECT_EQ(structure(3, {}), "0");
  EXPECT_EQ(structure(2, {PauliSum({{0, PauliString::parse("XX")}}), PauliSum()}), "0");
  EXPECT_EQ(structure(2, {PauliSum({{3, PauliString::parse("XX")}, {-3, PauliString::parse("XX")}})}), "0");
  // A controlled rotation's subspaces: two copies on one component of strings.
  EXPECT_EQ(structure(2, parsed({"XI", "ZI", "XZ"})), "2 su(2)");
  EXPECT_EQ(structure(4, parsed({"XIII", "ZIII", "IXII", "IIZI", "IIIZ"})), "su(2) + 3 u(1)");
}

TEST(LieAlgebra, SumsAreAsDense) {
  for (const bool is_ring : {false, true})
    for (std::uint32_t qubits = 2; qubits <= 4; ++qubits)
      expect_as_dense(qubits, {chain_sum(qubits, "X"), chain_sum(qubits, "ZZ", is_ring)});
  expect_as_dense(3, {chain_sum(3, "X"), chain_sum(3, "Z"), chain_sum(3, "ZZ")});
  expect_as_dense(3,
                  {PauliSum({{0.1, PauliString::parse("XII")}, {0.3, PauliString::parse("IXI")}, {1, PauliString(3)}}),
                   chain_sum(3, "ZZ")});
}

TEST(LieAlgebra, RandomSumsAreAsDense) {
  for (std::uint64_t seed = 0; seed < 8; ++seed) {
    SCOPED_TRACE(seed);
    RandomStream stream({seed, Purpose::test, 2, 0});
    std::vector<PauliSum> generators(2 + stream.below(2));
    for (PauliSum& generator : generators)
      for (int term = 0; term < 3; ++term)
        generator.terms.push_back(
            {seed % 2 ? stream.uniform(0.2, 1) : static_cast<double>(1 + stream.below(3)), random_string(stream, 2)});
    expect_as_dense(2, generators);
  }
}

// With open ends n^2 (Larocca et al., arXiv 2105.14377). On a ring momentum is conserved: the pairs k, -k that are not
// their own partners, n - 1 in the two sectors of parity together, have an su(2) each, and what stays is a centre of
// two.
TEST(LieAlgebra, SharedAnglesOfTheIsingChainStaySmall) {
  for (const std::uint32_t qubits : {5u, 8u, 12u}) {
    const LieAlgebra open = dynamical_lie_algebra(qubits, {chain_sum(qubits, "X"), chain_sum(qubits, "ZZ")});
    EXPECT_EQ(open.dimension, qubits * qubits);
    const LieAlgebra ring = dynamical_lie_algebra(qubits, {chain_sum(qubits, "X"), chain_sum(qubits, "ZZ", true)});
    EXPECT_EQ(ring.dimension, 3 * (qubits - 1) + 2);
    EXPECT_EQ(ring.centre_dimension, 2u);
  }
}

TEST(LieAlgebra, OneTenthAndThreeTenthsAreInTheirRatio) {
  // (0.1 X + 0.3 Y) and (X + 3 Y) are one line, as is a multiple by an irrational number.
  const double root = std::sqrt(0.5);
  const auto line = [](double x, double y) {
    return PauliSum({{x, PauliString::parse("X")}, {y, PauliString::parse("Y")}});
  };
  EXPECT_EQ(dynamical_lie_algebra(1, {line(0.1, 0.3), line(1, 3), line(root, 3 * root)}).dimension, 1u);
  EXPECT_EQ(dynamical_lie_algebra(1, {line(1, 3), line(1, 3.0000001)}).dimension, 3u);
  EXPECT_EQ(field::multiply(field::from_double(0.1), 10), 1u);
  EXPECT_EQ(field::from_double(-2), field::prime - 2);
  EXPECT_EQ(field::multiply(field::from_double(0x1p-1000), field::from_double(0x1p1000)), 1u);
  EXPECT_EQ(field::multiply(field::inverse(12345), 12345), 1u);
}

template <class Action>
std::string error_of(ErrorKind kind, Action action) {
  try {
    action();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), kind) << error.what();
    return error.what();
  }
  ADD_FAILURE() << "no error";
  return {};
}

TEST(LieAlgebraErrors, LimitsSayHowFarItGot) {
  const std::string strings = error_of(ErrorKind::resource, [] {
    dynamical_lie_algebra(8, open_ising(8), {100, 100});
  });
  EXPECT_THAT(strings, HasSubstr("15 Pauli strings on 8 qubits has more than 100"));
  EXPECT_THAT(strings, HasSubstr("max_dimension"));
  const std::string sums = error_of(ErrorKind::resource, [] {
    dynamical_lie_algebra(6, {chain_sum(6, "X"), chain_sum(6, "ZZ")}, {100, 30});
  });
  EXPECT_THAT(sums, HasSubstr("2 summed generators on 6 qubits has a dimension of more than 30"));
  EXPECT_THAT(sums, HasSubstr("max_summed_dimension"));
  EXPECT_EQ(dynamical_lie_algebra(6, {chain_sum(6, "X"), chain_sum(6, "ZZ")}, {100, 36}).dimension, 36u);
}

TEST(LieAlgebraErrors, ExponentialSumsEndAtTheirTerms) {
  const std::string error = error_of(ErrorKind::resource, [] {
    dynamical_lie_algebra(12, {chain_sum(12, "X"), chain_sum(12, "Z"), chain_sum(12, "ZZ")}, {100, 2000, 10'000});
  });
  EXPECT_THAT(error, HasSubstr("3 summed generators on 12 qubits has a number of terms of more than 10000"));
  EXPECT_THAT(error, HasSubstr("max_summed_terms"));
}

TEST(LieAlgebraErrors, BadGeneratorsAreNamed) {
  const PauliSum nan({{std::numeric_limits<double>::quiet_NaN(), PauliString::parse("XX")}});
  EXPECT_THAT(error_of(ErrorKind::usage,
                       [&] {
                         dynamical_lie_algebra(2, {PauliString::parse("XX"), nan});
                       }),
              HasSubstr("generator 1, term 0: its coefficient must be finite, not nan"));
  EXPECT_THAT(error_of(ErrorKind::usage, [] { dynamical_lie_algebra(2, {PauliString::parse("XXX")}); }),
              HasSubstr("generator 0, term 0: its Pauli string is on 3 qubits, expected 2"));
  EXPECT_THAT(error_of(ErrorKind::usage, [] { dynamical_lie_algebra(0, {}); }), HasSubstr("1 to 65536 qubits, not 0"));
  const PauliSum far({{1e-200, PauliString::parse("X")}, {1e200, PauliString::parse("Z")}});
  EXPECT_THAT(error_of(ErrorKind::usage,
                       [&] {
                         dynamical_lie_algebra(1, {far, PauliString::parse("X")});
                       }),
              HasSubstr("times its first"));
}

TEST(LieSummary, HoldsTextAndIsCutWhereAsked) {
  const LieSummary summary = summarise(dynamical_lie_algebra(3, open_ising(3)), 4);
  EXPECT_EQ(summary.qubits, 3u);
  EXPECT_EQ(summary.dimension, 15u);
  EXPECT_EQ(summary.generators, (std::vector<std::string>{"XII", "IXI", "IIX", "ZZI", "IZZ"}));
  EXPECT_EQ(summary.basis, (std::vector<std::string>{"XII", "IXI", "IIX", "ZZI"}));
  ASSERT_EQ(summary.ideals.size(), 1u);
  EXPECT_EQ(summary.ideals[0].dimension, 15u);
  const LieSummary sums = summarise(dynamical_lie_algebra(2, {chain_sum(2, "X"), PauliString::parse("ZZ")}));
  EXPECT_EQ(sums.generators[0], "XI + IX");
  EXPECT_EQ(sums.basis.size(), sums.dimension);
  EXPECT_EQ(sums.structure, "su(2) + u(1)");
}

}  // namespace
}  // namespace tacit::quantum_sim::test
