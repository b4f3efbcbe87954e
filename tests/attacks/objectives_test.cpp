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

/// In float as in double, to the precision of floats, and from far to near the solution.
TEST_P(Objectives, IsTheSameInFloat) {
  const auto objective = named(GetParam());
  for (const double apart : {1.0, 1e-1, 1e-3}) {
    const auto observed = normal_vector(1000, 7), step = normal_vector(1000, 8);
    std::vector<float> narrow_candidate, narrow_observed(observed.begin(), observed.end()), narrow(1000);
    for (std::size_t i = 0; i < 1000; ++i)
      narrow_candidate.push_back(static_cast<float>(observed[i] + apart * step[i]));
    const std::vector<double> candidate(narrow_candidate.begin(), narrow_candidate.end());
    std::vector<double> derivative(1000);
    const double value =
        objective->evaluate(candidate, std::vector<double>(narrow_observed.begin(), narrow_observed.end()), derivative);
    EXPECT_NEAR(objective->evaluate_in_float(narrow_candidate, narrow_observed, narrow), value, 1e-12 * value);
    // Each component is a difference of numbers of the size of the largest.
    const double size = std::string(GetParam()).ends_with("cosine") ? 1e-3 : 8;
    for (std::size_t i = 0; i < 1000; ++i) EXPECT_NEAR(static_cast<double>(narrow[i]), derivative[i], 3e-7 * size) << i;
  }
}

/// An objective that has no way of its own in float goes through double.
TEST(ObjectiveInFloat, GoesThroughDoubleByDefault) {
  class Plain final : public Objective {
    double evaluate(std::span<const double> candidate, std::span<const double>,
                    std::span<double> derivative) const override {
      std::ranges::copy(candidate, derivative.begin());
      return candidate[0];
    }
    bool scale_free() const noexcept override { return false; }
  };
  std::vector<float> derivative(2);
  EXPECT_EQ(Plain().evaluate_in_float(std::vector<float>{3, 4}, std::vector<float>{0, 0}, derivative), 3);
  EXPECT_EQ(derivative, (std::vector<float>{3, 4}));
}

TEST_P(Objectives, RefusesVectorsOfOtherSize) {
  std::vector<double> derivative(3);
  expect_error([&] { named(GetParam())->evaluate(normal_vector(3, 1), normal_vector(4, 1), derivative); },
               ErrorKind::usage, {"3", "4"});
}

INSTANTIATE_TEST_SUITE_P(All, Objectives,
                         ::testing::Values("euclidean", "cosine", "masked_cosine", "masked_euclidean", "absolute",
                                           "tag", "defended"));

TEST(Euclidean, SumOfSquares) {
  std::vector<double> derivative(2);
  EXPECT_DOUBLE_EQ(named("euclidean")->evaluate(std::vector<double>{1, 2}, std::vector<double>{4, 6}, derivative), 25);
  EXPECT_EQ(derivative, (std::vector<double>{-6, -8}));
}

TEST(MaskedCosine, IgnoresWhatWasPruned) {
  std::vector<double> derivative(3);
  const auto masked = make_objective(ConfigTable::parse_text("name = \"masked_cosine\"\nthreshold = 0.1", "test.toml"));
  EXPECT_DOUBLE_EQ(masked->evaluate(std::vector<double>{2, 7, 0}, std::vector<double>{1, 0, 0.05}, derivative), 0);
  EXPECT_EQ(derivative, std::vector<double>(3));
}

TEST(MaskedEuclidean, IgnoresWhatWasPruned) {
  std::vector<double> derivative(3);
  const auto masked =
      make_objective(ConfigTable::parse_text("name = \"masked_euclidean\"\nthreshold = 0.1", "test.toml"));
  EXPECT_DOUBLE_EQ(masked->evaluate(std::vector<double>{2, 7, 0}, std::vector<double>{5, 0, 0.05}, derivative), 9);
  EXPECT_EQ(derivative, (std::vector<double>{-6, 0, 0}));
}

TEST(Tag, IsSquaresAndAbsolutes) {
  std::vector<double> derivative(2);
  const auto tag = make_objective(ConfigTable::parse_text("name = \"tag\"\nweight = 0.5", "test.toml"));
  EXPECT_DOUBLE_EQ(tag->evaluate(std::vector<double>{1, 2}, std::vector<double>{4, 6}, derivative), 25 + 3.5);
  EXPECT_DOUBLE_EQ(named("absolute")->evaluate(std::vector<double>{1, 2}, std::vector<double>{4, 6}, derivative), 7);
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

TEST(MaskedCosine, LeavesOutWhatWasNotObserved) {
  std::vector<double> derivative(3), rest(2);
  const double distance =
      named("masked_cosine")->evaluate(std::vector<double>{1, 7, 2}, std::vector<double>{3, 0, 1}, derivative);
  EXPECT_DOUBLE_EQ(distance, named("cosine")->evaluate(std::vector<double>{1, 2}, std::vector<double>{3, 1}, rest));
  EXPECT_EQ(derivative, (std::vector<double>{rest[0], 0, rest[1]}));
}

TEST(ObjectiveRegistry, UnknownNameIsRefusedWithThePossibleOnes) {
  expect_error([] { named("cosin"); }, ErrorKind::configuration, {"cosin", "euclidean", "cosine", "test.toml:1"});
}

}  // namespace
}  // namespace tacit::attacks
