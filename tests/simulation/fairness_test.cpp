#include "simulation/fairness.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "refusal.h"

namespace tacit::simulation {
namespace {

// By hand: accuracies 0, 1/2, 1 with 1, 2, 1 examples.
TEST(Fairness, FiguresOfThreeClients) {
  const std::vector<ClientEvaluation> clients = {{"a", 1, 4.0, 0.0}, {"b", 2, 1.0, 0.5}, {"c", 1, 0.0, 1.0}};
  const auto figures = fairness_of(clients);
  ASSERT_TRUE(figures);
  EXPECT_EQ(figures->clients, 3u);
  EXPECT_EQ(figures->examples, 4u);
  EXPECT_DOUBLE_EQ(figures->mean, 0.5);
  EXPECT_DOUBLE_EQ(figures->weighted_mean, 0.5);
  EXPECT_DOUBLE_EQ(figures->variance, 0.5 / 3);
  EXPECT_DOUBLE_EQ(figures->weighted_variance, 0.5 / 4);
  EXPECT_EQ(figures->minimum, 0.0);
  EXPECT_EQ(figures->maximum, 1.0);
  EXPECT_EQ(figures->worst_tenth, 0.0);
  EXPECT_EQ(figures->best_tenth, 1.0);
  EXPECT_DOUBLE_EQ(figures->jain_index, 2.25 / (3 * 1.25));
  EXPECT_DOUBLE_EQ(figures->mean_loss, 6.0 / 4);
}

// 25 clients with accuracies 0.00, 0.04, ..., 0.96: a tenth is three of them.
TEST(Fairness, TenthsAreRoundedUpAndWeightsTellMeansApart) {
  std::vector<ClientEvaluation> clients;
  for (std::size_t i = 0; i < 25; ++i) clients.push_back({"c", i + 1, 0.0, static_cast<double>(24 - i) / 25});
  const auto figures = fairness_of(clients);
  ASSERT_TRUE(figures);
  EXPECT_NEAR(figures->worst_tenth, 0.04, 1e-15);
  EXPECT_NEAR(figures->best_tenth, 0.92, 1e-15);
  EXPECT_NEAR(figures->mean, 0.48, 1e-15);
  // sum (i + 1)(24 - i) / 25 over i = sum_{n=1}^{25} n (25 - n) / 25 = (25 * 325 - 5525) / 25, over 325 examples.
  EXPECT_NEAR(figures->weighted_mean, (25.0 * 325 - 5525) / 25 / 325, 1e-15);
}

TEST(Fairness, ClientsWithoutExamplesDoNotCount) {
  const double nothing = std::numeric_limits<double>::quiet_NaN();
  const std::vector<ClientEvaluation> clients = {{"a", 0, nothing, nothing}, {"b", 5, 1.0, 0.6}};
  const auto figures = fairness_of(clients);
  ASSERT_TRUE(figures);
  EXPECT_EQ(figures->clients, 1u);
  EXPECT_EQ(figures->variance, 0.0);
  EXPECT_DOUBLE_EQ(figures->jain_index, 1.0);
  EXPECT_FALSE(fairness_of(std::vector<ClientEvaluation>{{"a", 0, 0, 0}}));
  EXPECT_FALSE(fairness_of({}));
}

TEST(Fairness, AllWrongIsEvenAndNonsenseIsRefused) {
  const std::vector<ClientEvaluation> wrong = {{"a", 3, 9.0, 0.0}, {"b", 4, 9.0, 0.0}};
  EXPECT_EQ(fairness_of(wrong)->jain_index, 1.0);
  for (const double accuracy : {-0.1, 1.1, std::nan("")}) {
    const std::vector<ClientEvaluation> clients = {{"site-x", 3, 0.0, accuracy}};
    EXPECT_NE(refusal(ErrorKind::usage, [&] { fairness_of(clients); }).find("site-x"), std::string::npos);
  }
}

}  // namespace
}  // namespace tacit::simulation
