#include "attacks/metrics/roc.h"

#include <cmath>

#include "core/expect_error.h"
#include "core/random.h"

namespace tacit::attacks {
namespace {

using Scores = std::vector<double>;
using Members = std::vector<char>;

TEST(Roc, OfAHandMadeCase) {
  //                 member 9, 7, 7, 2; others 8, 7, 3, 1
  const Roc roc(Scores{9, 8, 7, 7, 7, 3, 2, 1}, Members{1, 0, 1, 1, 0, 0, 1, 0});
  // Pairs in order: 9 beats 4; each 7 beats 2 and ties one; 2 beats 1.
  EXPECT_DOUBLE_EQ(roc.auc().value, (4 + 2.5 + 2.5 + 1) / 16);
  const std::vector<RocPoint> expected{{0, 0}, {0, 0.25}, {0.25, 0.25}, {0.5, 0.75}, {0.75, 0.75}, {0.75, 1}, {1, 1}};
  ASSERT_EQ(roc.points().size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(roc.points()[i].false_positive_rate, expected[i].false_positive_rate) << i;
    EXPECT_EQ(roc.points()[i].true_positive_rate, expected[i].true_positive_rate) << i;
  }
  EXPECT_EQ(roc.true_positives_at(0).value, 0.25);
  EXPECT_EQ(roc.true_positives_at(0.49).value, 0.25);
  EXPECT_EQ(roc.true_positives_at(0.5).value, 0.75);
  EXPECT_NEAR(roc.true_positives_at(0.5).interval.low, wilson_interval(3, 4).low, 1e-15);
}

TEST(Roc, OfAConstantScoreIsTheDiagonal) {
  const Roc roc(Scores(10, 1.0), Members{1, 0, 1, 0, 1, 0, 1, 0, 1, 0});
  EXPECT_EQ(roc.points().size(), 2u);
  EXPECT_EQ(roc.auc().value, 0.5);
  EXPECT_EQ(roc.true_positives_at(0.5).value, 0);
  EXPECT_EQ(roc.balanced_accuracy().value, 0.5);
}

TEST(Roc, OfPerfectScoresKeepsAnHonestInterval) {
  const Roc roc(Scores{4, 3, 2.5, 1, 0, -1}, Members{1, 1, 1, 0, 0, 0});
  EXPECT_EQ(roc.auc().value, 1);
  EXPECT_NEAR(roc.auc().interval.low, wilson_interval(3, 3).low, 1e-15);
  EXPECT_EQ(roc.true_positives_at(0).value, 1);
  EXPECT_EQ(roc.balanced_accuracy().value, 1);
  EXPECT_EQ(Roc(Scores{0, 1}, Members{1, 0}).auc().value, 0);
}

struct Drawn {
  Scores scores;
  Members members;
};

Drawn drawn(std::uint32_t seed, std::size_t size, double shift) {
  RandomStream stream({3, Purpose::test, seed, 0});
  Drawn result;
  for (std::size_t i = 0; i < size; ++i) {
    result.members.push_back(i % 3 == 0);
    result.scores.push_back(stream.normal() + (i % 3 == 0 ? shift : 0));
  }
  return result;
}

TEST(Roc, AreaAndItsVarianceAgreeWithTheSumsOverAllPairs) {
  const Drawn one = drawn(1, 90, 0.8);
  double area = 0;
  std::vector<double> of_member(90), of_other(90);
  for (std::size_t i = 0; i < 90; ++i)
    for (std::size_t j = 0; j < 90; ++j)
      if (one.members[i] && !one.members[j]) {
        const double kernel = one.scores[i] > one.scores[j] ? 1 : 0;
        area += kernel / (30.0 * 60);
        of_member[i] += kernel / 60;
        of_other[j] += kernel / 30;
      }
  double variance = 0;
  for (std::size_t i = 0; i < 90; ++i) {
    const double distance = (one.members[i] ? of_member[i] : of_other[i]) - area;
    variance += distance * distance / (one.members[i] ? 29.0 * 30 : 59.0 * 60);
  }
  const Roc roc(one.scores, one.members);
  EXPECT_NEAR(roc.auc().value, area, 1e-13);
  EXPECT_NEAR(roc.auc().interval.high - area, 1.959963984540054 * std::sqrt(variance), 1e-12);
}

TEST(Roc, IntervalOfTheAreaCoversTheTruth) {
  // Two normal distributions a distance d apart: the area is Phi(d / sqrt 2).
  const double truth = 0.5 * std::erfc(-1.0 / 2);
  int covered = 0;
  for (std::uint32_t seed = 0; seed < 400; ++seed) {
    const Drawn one = drawn(seed, 120, 1);
    const Interval interval = Roc(one.scores, one.members).auc().interval;
    covered += interval.low <= truth && truth <= interval.high;
  }
  EXPECT_GE(covered, 364);  // 95 % of 400 is 380; below 364 lies 1e-3 of the binomial distribution
  EXPECT_LE(covered, 396);
}

TEST(Roc, BalancedAccuracyOfAGuesserIsAHalf) {
  // The best threshold on the same examples would always give more than a half.
  double sum = 0;
  for (std::uint32_t seed = 0; seed < 300; ++seed) {
    const Drawn one = drawn(1000 + seed, 60, 0);
    sum += Roc(one.scores, one.members).balanced_accuracy().value;
  }
  EXPECT_NEAR(sum / 300, 0.5, 0.02);
  const Drawn apart = drawn(1, 900, 3);
  // Phi(d / 2) is what the best threshold reaches.
  EXPECT_NEAR(Roc(apart.scores, apart.members).balanced_accuracy().value, 0.5 * std::erfc(-1.5 / std::sqrt(2.0)), 0.03);
}

TEST(Roc, RefusesWhatHasNoCurve) {
  expect_error([] { Roc(Scores{1, 2}, Members{1}); }, ErrorKind::usage, {"2 scores of 1"});
  expect_error([] { Roc(Scores{1, 2}, Members{1, 1}); }, ErrorKind::usage, {"2 members and 0 others"});
  expect_error([] { Roc(Scores{1, std::nan("")}, Members{1, 0}); }, ErrorKind::data, {"example 1"});
}

}  // namespace
}  // namespace tacit::attacks
