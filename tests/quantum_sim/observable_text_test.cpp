#include "quantum_sim/circuit/observable_text.h"

#include "core/random.h"
#include "refusal.h"

namespace tacit::quantum_sim::test {
namespace {

using ::testing::HasSubstr;

TEST(ObservableText, SumsOfStrings) {
  const Observable sum = parse_observable(" 0.5*Z0 -2 * x1*Y3+1 - Z2");
  ASSERT_EQ(sum.terms.size(), 4u);
  EXPECT_EQ(sum.terms[0].coefficient, 0.5);
  EXPECT_EQ(sum.terms[0].z_mask, 1u);
  EXPECT_EQ(sum.terms[1].coefficient, -2);
  EXPECT_EQ(sum.terms[1].x_mask, 0b1010u);
  EXPECT_EQ(sum.terms[1].z_mask, 0b1000u);
  EXPECT_EQ(sum.terms[2].coefficient, 1);
  EXPECT_EQ(sum.terms[2].x_mask | sum.terms[2].z_mask, 0u);
  EXPECT_EQ(sum.terms[3].coefficient, -1);
  EXPECT_EQ(to_text(sum), "0.5*Z0 - 2*X1*Y3 + 1 - Z2");
  EXPECT_EQ(parse_observable("I5").terms[0].z_mask, 0u);
}

TEST(ObservableText, RandomSumsReadBack) {
  RandomStream stream({5, Purpose::test, 0, 0});
  for (int count = 0; count < 300; ++count) {
    Observable sum;
    for (std::uint64_t terms = 1 + stream.below(5); terms > 0; --terms)
      sum.terms.push_back({stream.normal(), stream.next_u64() >> 1, stream.next_u64() >> 1});
    const Observable again = parse_observable(to_text(sum));
    ASSERT_EQ(again.terms.size(), sum.terms.size());
    for (std::size_t place = 0; place < sum.terms.size(); ++place) {
      EXPECT_EQ(again.terms[place].coefficient, sum.terms[place].coefficient);
      EXPECT_EQ(again.terms[place].x_mask, sum.terms[place].x_mask);
      EXPECT_EQ(again.terms[place].z_mask, sum.terms[place].z_mask);
    }
  }
}

TEST(ObservableText, ErrorsNameThePlace) {
  const auto refused = [](const std::string& text) {
    return refusal(ErrorKind::usage, [&] { parse_observable(text); });
  };
  EXPECT_THAT(refused(""), HasSubstr("place 1"));
  EXPECT_THAT(refused("Z"), HasSubstr("place 2"));
  EXPECT_THAT(refused("Z0 Z1"), HasSubstr("place 4"));
  EXPECT_THAT(refused("Z0*X0"), HasSubstr("once"));
  EXPECT_THAT(refused("Z63"), HasSubstr("0 to 62"));
  EXPECT_THAT(refused("nan*Z0"), HasSubstr("finite"));
  EXPECT_THAT(refused("1e308*1e308*Z0"), HasSubstr("finite"));
  EXPECT_THAT(refused("Q1"), HasSubstr("I, X, Y or Z"));
  EXPECT_THAT(refused("Z0 + "), HasSubstr("place 6"));
}

}  // namespace
}  // namespace tacit::quantum_sim::test
