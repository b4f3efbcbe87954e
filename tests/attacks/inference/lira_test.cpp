#include "attacks/inference/lira.h"

#include <cmath>

#include "attacks/metrics/roc.h"
#include "core/expect_error.h"
#include "core/random.h"

namespace tacit::attacks {
namespace {

TEST(Lira, OfAHandMadeCase) {
  // One candidate: with it 3, 5; without it 0, 2. Means 4 and 1, deviations sqrt 2 both.
  const std::vector<ShadowModel> shadows{{{1}, {3}}, {{1}, {5}}, {{0}, {0}}, {{0}, {2}}};
  const double s = std::sqrt(2.0), phi = 3.5;
  const double expected = (std::pow((phi - 1) / s, 2) - std::pow((phi - 4) / s, 2)) / 2;
  for (const LiraVariance variance : {LiraVariance::each, LiraVariance::fixed}) {
    EXPECT_NEAR(lira_online(std::vector{phi}, shadows, variance)[0], expected, 1e-13);
    EXPECT_NEAR(lira_offline(std::vector{phi}, shadows, variance)[0], (phi - 1) / s, 1e-13);
  }
}

TEST(Lira, PoolsAroundEachCandidatesOwnMean) {
  // Out confidences {0, 2} and {100, 104}: squares 2 and 8 with one degree of freedom each.
  const std::vector<ShadowModel> shadows{{{0, 0}, {0, 100}}, {{0, 0}, {2, 104}}};
  const std::vector<double> scores =
      lira_offline(std::vector<double>{1 + std::sqrt(5.0), 102}, shadows, LiraVariance::fixed);
  EXPECT_NEAR(scores[0], 1, 1e-13);
  EXPECT_NEAR(scores[1], 0, 1e-13);
}

/// Confidences of candidates of very different hardness, of which members gain a shift.
struct World {
  std::vector<double> target;
  std::vector<char> members;
  std::vector<ShadowModel> shadows;
};

World world(std::size_t candidates, std::size_t shadows, double shift) {
  World result;
  RandomStream hardness({1, Purpose::test, 0, 0});
  std::vector<double> means(candidates);
  for (double& mean : means) mean = 5 * hardness.normal();
  const auto draw = [&](std::uint32_t model, const std::vector<char>& members) {
    RandomStream stream({1, Purpose::test, model, 1});
    std::vector<double> confidences;
    for (std::size_t i = 0; i < candidates; ++i)
      confidences.push_back(means[i] + (members[i] ? shift : 0) + stream.normal());
    return confidences;
  };
  RandomStream coin({1, Purpose::test, 0, 2});
  for (std::size_t i = 0; i < candidates; ++i) result.members.push_back(coin.below(2) == 1);
  result.target = draw(0, result.members);
  result.shadows.resize(shadows);
  for (std::size_t i = 0; i < candidates; ++i) {  // in half of the shadow models, whichever
    std::vector<char> in(shadows, 0);
    std::fill_n(in.begin(), shadows / 2, 1);
    coin.shuffle(std::span(in));
    for (std::size_t s = 0; s < shadows; ++s) result.shadows[s].members.push_back(in[s]);
  }
  for (std::uint32_t s = 0; s < shadows; ++s) result.shadows[s].confidences = draw(s + 1, result.shadows[s].members);
  return result;
}

TEST(Lira, FindsWhatAThresholdCannot) {
  const World known = world(2000, 64, 2);
  const double threshold = Roc(known.target, known.members).auc().value;
  const double online = Roc(lira_online(known.target, known.shadows, LiraVariance::fixed), known.members).auc().value;
  const double offline = Roc(lira_offline(known.target, known.shadows, LiraVariance::fixed), known.members).auc().value;
  // Two unit normal distributions 2 apart: Phi(2 / sqrt 2) = 0.921 at best; over all hardnesses a threshold sees a
  // shift of 2 in a deviation of sqrt(26): Phi(2 / sqrt 52) = 0.609.
  EXPECT_NEAR(threshold, 0.609, 0.03);
  EXPECT_NEAR(online, 0.921, 0.02);
  EXPECT_NEAR(offline, 0.921, 0.03);
}

TEST(Lira, WithFewShadowsIsBetterOffWithOneDeviation) {
  const World few = world(2000, 4, 2);
  const double fixed =
      Roc(lira_offline(few.target, few.shadows, LiraVariance::fixed), few.members).true_positives_at(0.01).value;
  const double each =
      Roc(lira_offline(few.target, few.shadows, LiraVariance::each), few.members).true_positives_at(0.01).value;
  EXPECT_GT(fixed, 2 * each);
}

TEST(Lira, FindsNothingWhereNothingIs) {
  const World blind = world(2000, 16, 0);
  for (const auto& scores : {lira_online(blind.target, blind.shadows, LiraVariance::fixed),
                             lira_offline(blind.target, blind.shadows, LiraVariance::fixed)}) {
    const Rate area = Roc(scores, blind.members).auc();
    EXPECT_NEAR(area.value, 0.5, 0.05);  // four deviations
  }
}

TEST(Lira, NeedsShadowModelsOnBothSides) {
  const std::vector<double> one{1};
  expect_error(
      [&] {
        lira_online(one, std::vector<ShadowModel>{{{1}, {1}}, {{1}, {2}}}, LiraVariance::fixed);
      },
      ErrorKind::configuration, {"candidate 0", "without"});
  expect_error(
      [&] {
        lira_offline(one, std::vector<ShadowModel>{{{0}, {1}}}, LiraVariance::each);
      },
      ErrorKind::configuration, {"needs 2"});
  expect_error(
      [&] {
        lira_offline(one, std::vector<ShadowModel>{{{0}, {1}}}, LiraVariance::fixed);
      },
      ErrorKind::configuration, {"no deviation to pool"});
  expect_error(
      [&] {
        lira_offline(one, std::vector<ShadowModel>{{{0, 0}, {1, 2}}}, LiraVariance::fixed);
      },
      ErrorKind::usage, {"2 candidates"});
}

}  // namespace
}  // namespace tacit::attacks
