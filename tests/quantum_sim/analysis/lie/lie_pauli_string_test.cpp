#include "core/error.h"
#include "quantum_sim/analysis/lie/lie_anticommutation.h"
#include "quantum_sim/analysis/lie/lie_reference.h"
#include "quantum_sim/analysis/lie/pauli_string_set.h"

namespace tacit::quantum_sim::test {
namespace {

using ::testing::HasSubstr;

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

TEST(PauliString, TextHasQubitZeroFirst) {
  const PauliString string = PauliString::parse("XIYZ");
  EXPECT_EQ(string.text(), "XIYZ");
  EXPECT_EQ(string.weight(), 3u);
  EXPECT_EQ(string.words()[0], 0b0101u);
  EXPECT_EQ(string.words()[1], 0b1100u);
  EXPECT_EQ(PauliString::on(4, "ZXY", {3, 0, 2}), string);
  EXPECT_EQ(PauliString::from_masks(4, 0b0101, 0b1100), string);
  EXPECT_TRUE(PauliString(4).is_identity());
}

// Every pair on two qubits against dense matrices.
TEST(PauliString, BracketIsTheCommutatorsOfMatrices) {
  for (std::uint64_t left = 0; left < 16; ++left)
    for (std::uint64_t right = 0; right < 16; ++right) {
      const PauliString p = PauliString::from_masks(2, left & 3, left >> 2);
      const PauliString q = PauliString::from_masks(2, right & 3, right >> 2);
      const Matrix expected = std::complex<double>(0, 0.5) * (dense(p) * dense(q) - dense(q) * dense(p));
      const auto result = bracket(p, q);
      EXPECT_EQ(result.has_value(), !commute(p, q));
      const Matrix actual = result ? Matrix(result->sign * dense(result->string)) : Matrix::Zero(4, 4);
      EXPECT_LT((actual - expected).norm(), 1e-14) << p.text() << " " << q.text();
    }
}

// The phase of a product of many qubits is the product of the phases of its parts, wherever they lie in the words.
TEST(PauliString, ProductsOfAThousandQubitsMultiplyTheirParts) {
  RandomStream stream({7, Purpose::test, 0, 0});
  const std::uint32_t qubits = 1024;
  const std::size_t half = half_words(qubits);
  for (int round = 0; round < 20; ++round) {
    const PauliString p = random_string(stream, qubits), q = random_string(stream, qubits);
    std::uint32_t expected = 0;
    for (std::uint32_t qubit = 0; qubit < qubits; ++qubit) {
      const std::string pair{p.letter(qubit), q.letter(qubit)};
      if (pair == "XY" || pair == "YZ" || pair == "ZX") expected += 1;
      if (pair == "YX" || pair == "ZY" || pair == "XZ") expected += 3;
    }
    std::vector<std::uint64_t> words(2 * half);
    EXPECT_EQ(multiply(p.words().data(), q.words().data(), half, words.data()), expected % 4);
    EXPECT_EQ(commute(p, q), expected % 2 == 0);
    // (P Q) Q = P up to the phase.
    multiply(words.data(), q.words().data(), half, words.data());
    EXPECT_EQ(PauliString::from_words(qubits, words.data()), p);
  }
}

TEST(PauliString, BadInputIsNamed) {
  EXPECT_THAT(error_of(ErrorKind::usage, [] { PauliString::parse("XQ"); }),
              HasSubstr("character 1 of a Pauli string is 'Q'"));
  EXPECT_THAT(error_of(ErrorKind::usage, [] { PauliString::parse(""); }), HasSubstr("1 to 65536 qubits, not 0"));
  EXPECT_THAT(error_of(ErrorKind::usage, [] { PauliString(65537); }), HasSubstr("65537"));
  EXPECT_THAT(error_of(ErrorKind::usage, [] { PauliString::on(3, "XZ", {0, 3}); }), HasSubstr("qubit 3"));
  EXPECT_THAT(error_of(ErrorKind::usage, [] { PauliString::on(3, "XZ", {1, 1}); }), HasSubstr("qubit 1 twice"));
  EXPECT_THAT(error_of(ErrorKind::usage, [] { PauliString::on(3, "XZ", {1}); }), HasSubstr("2 letters for 1 qubits"));
  EXPECT_THAT(error_of(ErrorKind::usage, [] { PauliString::from_masks(3, 8, 0); }), HasSubstr("qubit 3"));
  EXPECT_THAT(error_of(ErrorKind::usage, [] { commute(PauliString(2), PauliString(3)); }), HasSubstr("2 and on 3"));
}

TEST(PauliStringSet, NumbersStringsInOrderAndFindsThemAgain) {
  RandomStream stream({3, Purpose::test, 0, 0});
  for (const std::uint32_t qubits : {3u, 64u, 65u, 1024u}) {
    PauliStringSet set(qubits);
    EXPECT_FALSE(set.find(PauliString(qubits)).has_value());
    std::vector<PauliString> seen;
    for (int round = 0; round < 400; ++round) {
      const PauliString string = random_string(stream, qubits);
      const auto known = std::find(seen.begin(), seen.end(), string);
      const auto [number, is_new] = set.insert(string);
      EXPECT_EQ(is_new, known == seen.end());
      EXPECT_EQ(number, static_cast<std::size_t>(known - seen.begin()));
      if (is_new) seen.push_back(string);
    }
    ASSERT_EQ(set.size(), seen.size());
    for (std::size_t number = 0; number < seen.size(); ++number) {
      EXPECT_EQ(set[number], seen[number]);
      EXPECT_EQ(set.find(seen[number]), number);
    }
  }
}

TEST(AnticommutationTable, AnswersAsOneByOne) {
  RandomStream stream({5, Purpose::test, 0, 0});
  for (const std::uint32_t qubits : {5u, 70u}) {
    PauliStringSet set(qubits);
    while (set.size() < 100) set.insert(random_string(stream, qubits));
    const AnticommutationTable table(set);
    std::vector<std::uint64_t> row(table.words());
    for (int round = 0; round < 20; ++round) {
      const PauliString string = random_string(stream, qubits);
      table.row(string.words().data(), row.data());
      for (std::size_t number = 0; number < set.size(); ++number)
        EXPECT_EQ(row[number / 64] >> number % 64 & 1, !commute(string, set[number]));
    }
  }
}

// XX + YY keeps the number of ones: it commutes with ZI + IZ, though not one of its strings does with one of those.
TEST(PauliSum, CommutesWhereTheBracketsCancel) {
  const auto sum = [](double first, const char* one, double second, const char* two) {
    return PauliSum({{first, PauliString::parse(one)}, {second, PauliString::parse(two)}});
  };
  EXPECT_TRUE(commute(sum(0.3, "XX", 0.3, "YY"), sum(0.1, "ZI", 0.1, "IZ")));
  EXPECT_FALSE(commute(sum(0.3, "XX", 0.3, "YY"), sum(0.1, "ZI", -0.1, "IZ")));
  EXPECT_FALSE(commute(sum(0.3, "XX", 0.3, "YY"), PauliString::parse("ZI")));
  EXPECT_TRUE(commute(PauliString::parse("XX"), PauliString::parse("ZZ")));
  EXPECT_TRUE(commute(PauliSum(), PauliString::parse("ZZ")));
}

TEST(PauliSum, SimplifiesAndPrints) {
  const PauliString x = PauliString::parse("XI"), z = PauliString::parse("ZZ");
  const PauliSum sum = simplified(
      PauliSum({{1, x}, {-0.5, z}, {1, PauliString::parse("IY")}, {0.25, z}, {-1, PauliString::parse("IY")}}));
  EXPECT_EQ(to_string(sum), "XI - 0.25 ZZ");
  EXPECT_EQ(to_string(PauliSum({{-2, x}})), "-2 XI");
  EXPECT_EQ(to_string(simplified({})), "0");
}

}  // namespace
}  // namespace tacit::quantum_sim::test
