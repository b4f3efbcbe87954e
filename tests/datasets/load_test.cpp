#include <algorithm>
#include <numbers>
#include <set>

#include "core/files.h"
#include "datasets/dataset.h"
#include "datasets/files.h"
#include "datasets/stratified_split.h"

namespace tacit::datasets {
namespace {

TrainTest load_text(const std::string& text, std::uint64_t seed = 1) {
  return load(ConfigTable::parse_text("[data]\n" + text, "test.toml").table("data"), seed);
}

void expect_sound(const Dataset& data) {
  ASSERT_EQ(data.features.size(), data.size() * element_count(data.feature_shape));
  for (const float feature : data.features) {
    ASSERT_GE(feature, data.feature_low);
    ASSERT_LE(feature, data.feature_high);
  }
  for (const std::int32_t label : data.labels) {
    ASSERT_GE(label, 0);
    ASSERT_LT(static_cast<std::size_t>(label), data.classes);
  }
}

struct Expected {
  const char* source;
  std::size_t train, test, classes;
  Shape shape;
};

TEST(Load, ReadsEveryBundledSource) {
  const std::vector<Expected> all = {{"digits", 1438, 359, 10, {1, 8, 8}},
                                     {"breast_cancer", 456, 113, 2, {30}},
                                     {"wine", 142, 36, 3, {13}},
                                     {"iris", 120, 30, 3, {4}},
                                     {"mnist10k", 8000, 2000, 10, {1, 28, 28}},
                                     {"natural32", 160, 40, 10, {3, 32, 32}}};
  for (const Expected& expected : all) {
    SCOPED_TRACE(expected.source);
    const TrainTest data = load_text(std::string("source = \"") + expected.source + "\"");
    EXPECT_EQ(data.train.name, expected.source);
    EXPECT_EQ(data.train.size() + data.test.size(), expected.train + expected.test);
    // Rounding per class may move the border by half an example a class.
    EXPECT_NEAR(static_cast<double>(data.test.size()), static_cast<double>(expected.test), 5.0);
    EXPECT_EQ(data.train.classes, expected.classes);
    EXPECT_EQ(data.train.feature_shape, expected.shape);
    EXPECT_EQ(data.train.feature_low, 0.0f);
    EXPECT_EQ(data.train.feature_high, 1.0f);
    EXPECT_FALSE(data.train.is_angle);
    expect_sound(data.train);
    expect_sound(data.test);
    EXPECT_EQ(*std::max_element(data.train.features.begin(), data.train.features.end()), 1.0f);
  }
}

TEST(Load, AppliesEveryTransform) {
  const TrainTest data = load_text(
      "source = \"digits\"\nclasses = [3, 8]\ntest_fraction = 0.25\nresize = [2, 3]\nrange = [0.0, 3.14159265]\n"
      "angles = true\n");
  EXPECT_EQ(data.train.feature_shape, (Shape{1, 2, 3}));
  EXPECT_EQ(data.train.classes, 2u);
  EXPECT_TRUE(data.train.is_angle);
  EXPECT_TRUE(data.test.is_angle);
  EXPECT_FLOAT_EQ(data.train.feature_high, static_cast<float>(std::numbers::pi));
  EXPECT_NEAR(static_cast<double>(data.test.size()), 357 * 0.25, 1.5);
  expect_sound(data.train);
  expect_sound(data.test);
}

TEST(Load, ResplitsAPackagedTestPartOnRequest) {
  const TrainTest data = load_text("source = \"mnist10k\"\ntest_fraction = 0.5\nresize = [7, 7]");
  EXPECT_EQ(data.train.size() + data.test.size(), 10'000u);
  EXPECT_NEAR(static_cast<double>(data.test.size()), 5000.0, 5.0);
}

TEST(Load, AllowsNoTestPart) {
  const TrainTest data = load_text("source = \"iris\"\ntest_fraction = 0.0\nrange = [-1.0, 1.0]");
  EXPECT_EQ(data.train.size(), 150u);
  EXPECT_EQ(data.test.size(), 0u);
}

TEST(Load, IsAFunctionOfTheSeed) {
  const TrainTest one = load_text("source = \"wine\"", 5), same = load_text("source = \"wine\"", 5),
                  other = load_text("source = \"wine\"", 6);
  EXPECT_EQ(one.train.features, same.train.features);
  EXPECT_EQ(one.test.labels, same.test.labels);
  EXPECT_NE(one.train.features, other.train.features);
}

TEST(Load, ReadsFilesOfTheUser) {
  const TemporaryFolder folder;
  const auto file = write_file(folder.path() / "mine.csv", "1,0\n2,1\n3,0\n4,1\n5,0\n6,1\n");
  const TrainTest data =
      load_text("source = \"csv\"\nlabel_count = 2\ntest_fraction = 0.34\nfile = \"" + file.string() + "\"");
  EXPECT_EQ(data.train.size(), 4u);
  EXPECT_EQ(data.test.size(), 2u);
  const TrainTest pictures =
      load_text("source = \"cifar10\"\nfiles = [\"" + (share_folder() / "datasets/natural32.bin.gz").string() + "\"]");
  EXPECT_EQ(pictures.train.size() + pictures.test.size(), 200u);
  const std::string idx = (share_folder() / "datasets/mnist10k-").string();
  const TrainTest digits = load_text("source = \"idx\"\nlabel_count = 10\nimages = \"" + idx +
                                     "test-images-idx3-ubyte.gz\"\nlabels = \"" + idx + "test-labels-idx1-ubyte.gz\"");
  EXPECT_EQ(digits.train.size() + digits.test.size(), 2000u);
}

TEST(Load, RefusesBadSectionsWithPlaceAndKey) {
  const auto refuse = [](const std::string& text, auto... pieces) {
    expect_error(
        ErrorKind::configuration, [&] { load_text(text); }, pieces...);
  };
  refuse("source = \"digit\"", "test.toml:2", "data.source", "digits");
  refuse("", "data.source");
  refuse("source = \"iris\"\nclases = [0, 1]", "test.toml:3", "clases", "classes");
  refuse("source = \"iris\"\nclasses = [0, 7]", "test.toml:3", "data.classes", "class 7");
  refuse("source = \"iris\"\nclasses = [1]", "test.toml:3", "two at least");
  refuse("source = \"iris\"\ntest_fraction = 1.5", "test.toml:3", "test_fraction");
  refuse("source = \"iris\"\nresize = [2, 2]", "test.toml:3", "data.resize", "table");
  refuse("source = \"digits\"\nresize = [2]", "test.toml:3", "data.resize");
  refuse("source = \"digits\"\nresize = [9, 2]", "test.toml:3", "data.resize", "9 x 2");
  refuse("source = \"digits\"\nrange = [1.0, 0.0]", "test.toml:3", "data.range");
  refuse("source = \"digits\"\nfile = \"x\"", "test.toml:3", "data.file");
  refuse("source = \"csv\"\nfile = \"x\"", "label_count");
}

TEST(StratifiedSplit, KeepsClassSharesAndUsesEveryIndexOnce) {
  const Dataset data = load_text("source = \"wine\"\ntest_fraction = 0.0").train;
  for (const double fraction : {0.0, 0.1, 0.33, 0.5, 0.9, 0.999}) {
    const SplitIndices split = stratified_split(data, fraction, 3);
    std::set<std::size_t> seen(split.train.begin(), split.train.end());
    seen.insert(split.test.begin(), split.test.end());
    EXPECT_EQ(seen.size(), data.size());
    EXPECT_EQ(split.train.size() + split.test.size(), data.size());
    for (std::int32_t label = 0; label < 3; ++label) {
      const auto is_label = [&](std::size_t i) { return data.labels[i] == label; };
      const auto all = std::count(data.labels.begin(), data.labels.end(), label);
      const auto held_out = std::count_if(split.test.begin(), split.test.end(), is_label);
      EXPECT_NEAR(static_cast<double>(held_out), fraction * static_cast<double>(all), 1.0);
      EXPECT_LT(held_out, all);
    }
  }
  expect_error(
      ErrorKind::usage, [&] { stratified_split(data, 1.0, 3); }, "1");
}

}  // namespace
}  // namespace tacit::datasets
