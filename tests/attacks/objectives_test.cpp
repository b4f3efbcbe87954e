#include "attacks/finite_differences.h"
#include "attacks/objectives/objective.h"
#include "attacks/random_vector.h"
#include "core/config.h"
#include "core/expect_error.h"

namespace tacit::attacks {
namespace {

std::unique_ptr<const Objective> named(const std::string& name) {
  return make_objective(ConfigTable::parse_text("name = \"" + name + "\"", "test.toml"));
}

class Objectives : public ::testing::TestWithParam<const char*> {};

TEST_P(Objectives, DerivativeIsThatOfTheValue) {
  const auto objective = named(GetParam());
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const auto candidate = normal_vector(17, 2 * seed), observed = normal_vector(17, 2 * seed + 1);
    std::vector<double> derivative(17), scratch(17);
    objective->evaluate(candidate, observed, derivative);
    const auto numeric = numeric_gradient(
        [&](std::span<const double> x) { return objective->evaluate(x, observed, scratch); }, candidate);
    EXPECT_LT(relative_difference(derivative, numeric), 1e-9) << seed;
  }
}

TEST_P(Objectives, ZeroAtTheObservedGradientOnly) {
  const auto objective = named(GetParam());
  const auto observed = normal_vector(9, 3);
  std::vector<double> derivative(9);
  EXPECT_EQ(objective->evaluate(observed, observed, derivative), 0);
  for (const double value : derivative) EXPECT_EQ(value, 0);
  EXPECT_GT(objective->evaluate(normal_vector(9, 4), observed, derivative), 0.01);
}

TEST_P(Objectives, ScaleFreeAsDeclared) {
  const auto objective = named(GetParam());
  const auto candidate = normal_vector(9, 5), observed = normal_vector(9, 6);
  auto scaled = observed;
  for (double& value : scaled) value *= 8;
  std::vector<double> derivative(9);
  const double before = objective->evaluate(candidate, observed, derivative);
  const double after = objective->evaluate(candidate, scaled, derivative);
  EXPECT_EQ(objective->scale_free(), std::abs(before - after) < 1e-12);
}

TEST_P(Objectives, RefusesVectorsOfOtherSize) {
  std::vector<double> derivative(3);
  expect_error([&] { named(GetParam())->evaluate(normal_vector(3, 1), normal_vector(4, 1), derivative); },
               ErrorKind::usage, {"3", "4"});
}

INSTANTIATE_TEST_SUITE_P(All, Objectives, ::testing::Values("euclidean", "cosine"));

TEST(Euclidean, SumOfSquares) {
  std::vector<double> derivative(2);
  EXPECT_DOUBLE_EQ(named("euclidean")->evaluate(std::vector<double>{1, 2}, std::vector<double>{4, 6}, derivative), 25);
  EXPECT_EQ(derivative, (std::vector<double>{-6, -8}));
}

TEST(Cosine, OppositeIsTwoAndOrthogonalIsOne) {
  std::vector<double> derivative(2);
  const auto cosine = named("cosine");
  EXPECT_DOUBLE_EQ(cosine->evaluate(std::vector<double>{3, 0}, std::vector<double>{-1, 0}, derivative), 2);
  EXPECT_DOUBLE_EQ(cosine->evaluate(std::vector<double>{0, 3}, std::vector<double>{1, 0}, derivative), 1);
}

TEST(Cosine, KeepsPrecisionNearTheSolution) {
  // 1 - cos of an angle of 1e-9 is 5e-19: lost if one were subtracted from the other.
  std::vector<double> derivative(2);
  const double distance =
      named("cosine")->evaluate(std::vector<double>{1, 1e-9}, std::vector<double>{1, 0}, derivative);
  EXPECT_NEAR(distance, 5e-19, 1e-21);
}

TEST(Cosine, ZeroCandidateHasNoDirection) {
  std::vector<double> derivative(2, 7.0);
  EXPECT_EQ(named("cosine")->evaluate(std::vector<double>{0, 0}, std::vector<double>{1, 0}, derivative), 1);
  EXPECT_EQ(derivative, (std::vector<double>{0, 0}));
}

TEST(ObjectiveRegistry, UnknownNameIsRefusedWithThePossibleOnes) {
  expect_error([] { named("cosin"); }, ErrorKind::configuration, {"cosin", "euclidean", "cosine", "test.toml:1"});
}

}  // namespace
}  // namespace tacit::attacks
