#include "datasets/feature_statistics.h"

#include "core/expect_error.h"

namespace tacit::datasets {
namespace {

TEST(FeatureStatistics, AreThoseOfEveryFeature) {
  Dataset data;
  data.feature_shape = {2};
  data.features = {1, 10, 3, 10, 8, 10};
  data.labels = {0, 1, 0};
  data.classes = 2;
  EXPECT_EQ(mean_example(data), (std::vector<double>{4, 10}));
  EXPECT_EQ(feature_deviations(data), (std::vector<double>{std::sqrt(26.0 / 3), 0}));
}

TEST(FeatureStatistics, NeedExamples) {
  Dataset none;
  none.name = "none";
  none.feature_shape = {2};
  expect_error([&] { mean_example(none); }, ErrorKind::usage, {"none", "no example"});
  expect_error([&] { feature_deviations(none); }, ErrorKind::usage, {"none", "no example"});
}

}  // namespace
}  // namespace tacit::datasets
