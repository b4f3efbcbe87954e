// Real-valued targets: read, split, scaled and dealt out.
#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>

#include "core/files.h"
#include "core/npy.h"
#include "core/random.h"
#include "datasets/client_parts.h"
#include "datasets/files.h"
#include "datasets/partition.h"
#include "datasets/partition_summary.h"
#include "datasets/readers/libsvm.h"
#include "datasets/readers/numpy_arrays.h"
#include "datasets/readers/table.h"
#include "datasets/sources.h"
#include "datasets/target_bins.h"

namespace tacit::datasets {
namespace {

using ::testing::ElementsAre;

class RegressionData : public ::testing::Test {
 protected:
  TrainTest load_text(const std::string& text) {
    return load(ConfigTable::parse_text("[data]\n" + text, "d.toml").table("data"), 5);
  }
  template <class... Pieces>
  void refused(const std::string& text, const Pieces&... pieces) {
    expect_error(
        ErrorKind::configuration, [&] { load_text(text); }, pieces...);
  }
  /// y = 3 x and -x over 0, 1, ..., 39.
  std::string line_file() {
    std::string text = "up,x,down\n";
    for (int x = 0; x < 40; ++x) text += fmt::format("{},{},{}\n", 3 * x, x, -x);
    return write_file(folder_.path() / "line.csv", text);
  }
  TemporaryFolder folder_;
};

TEST_F(RegressionData, ColumnsOfATableAreTargetsInTheOrderTheyAreNamed) {
  const auto file = write_file(folder_.path() / "t.csv", "a,b,c\n1,2.5,-3\n4,nan,6\n");
  expect_error(
      ErrorKind::data, [&] { read_table(file, {.target = "b", .regression = true}); }, "t.csv:3:2:", "'nan'");
  const Dataset last = read_table(file, {.ignored = {"b"}, .regression = true});
  EXPECT_TRUE(last.is_regression());
  EXPECT_EQ(last.task(), LearningTask::regression(1));
  EXPECT_EQ(last.size(), 2u);
  EXPECT_THAT(last.targets, ElementsAre(-3, 6));
  EXPECT_THAT(last.target_names, ElementsAre("c"));
  EXPECT_THAT(last.features, ElementsAre(1, 4));
  EXPECT_TRUE(last.labels.empty());
  const auto words = write_file(folder_.path() / "w.csv", "a,b,c\n1,u,-3\n4,v,6\n");
  const Dataset both = read_table(words, {.categorical = {"b"}, .regression = true, .targets = {"c", "a"}});
  EXPECT_THAT(both.targets, ElementsAre(-3, 1, 6, 4));
  EXPECT_THAT(both.target_names, ElementsAre("c", "a"));
}

TEST_F(RegressionData, NumpyAndLibsvmKeepTheNumbers) {
  const std::vector<float> x = {0, 1, 2, 3}, y = {0.5f, -2, 7, 8};
  const auto features = write_file(folder_.path() / "x.npy", format_npy(x, {2, 2}));
  const auto two = write_file(folder_.path() / "y.npy", format_npy(y, {2, 2}));
  const Dataset data = read_numpy({.file = features, .labels = two}, 0, true);
  EXPECT_EQ(data.target_size, 2u);
  EXPECT_EQ(data.targets, y);
  const auto three = write_file(folder_.path() / "z.npy", format_npy(std::vector<float>{1, 2, 3}, {3}));
  expect_error(
      ErrorKind::data, [&] { read_numpy({.file = features, .labels = three}, 0, true); }, "z.npy", "shape [3]",
      "[2, targets]");
  const auto nan = write_file(folder_.path() / "n.npy", format_npy(std::vector<float>{1, std::nanf("")}, {2}));
  expect_error(
      ErrorKind::data, [&] { read_numpy({.file = features, .labels = nan}, 0, true); }, "n.npy", "element 1 is nan");
  const auto sparse = write_file(folder_.path() / "s.txt", "0.25 1:1\n0.25 2:1\n");
  EXPECT_THAT(read_libsvm(sparse, 0, true).targets, ElementsAre(0.25f, 0.25f));
}

TEST_F(RegressionData, IsSplitAndStandardisedByTheTrainingPart) {
  const std::string source = "source = \"table\"\ntask = \"regression\"\nfile = \"" + line_file() + "\"\n";
  const TrainTest plain = load_text(source + "targets = [\"up\", \"down\"]\ntest_fraction = 0.25\n");
  ASSERT_EQ(plain.train.size(), 30u);
  ASSERT_EQ(plain.test.size(), 10u);
  std::vector<float> seen;
  for (const Dataset* part : {&plain.train, &plain.test})
    for (std::size_t i = 0; i < part->size(); ++i) {
      EXPECT_EQ(part->targets[2 * i], -3 * part->targets[2 * i + 1]);  // the rows stay together
      seen.push_back(-part->targets[2 * i + 1]);
    }
  std::sort(seen.begin(), seen.end());
  for (int x = 0; x < 40; ++x) EXPECT_EQ(seen[static_cast<std::size_t>(x)], static_cast<float>(x));

  const TrainTest scaled =
      load_text(source + "targets = [\"up\", \"down\"]\ntest_fraction = 0.25\ntarget_scaling = \"standardise\"\n");
  for (std::size_t target = 0; target < 2; ++target) {
    double mean = 0, square = 0;
    for (std::size_t i = 0; i < 30; ++i) {
      mean += double{scaled.train.targets[2 * i + target]} / 30;
      square += std::pow(double{scaled.train.targets[2 * i + target]}, 2) / 30;
    }
    EXPECT_NEAR(mean, 0, 1e-6);
    EXPECT_NEAR(square, 1, 1e-6);
  }
  // The test part is mapped by the numbers of the training part: the same line through both.
  const double slope = double{scaled.train.targets[0] - scaled.train.targets[2]} /
                       double{plain.train.targets[0] - plain.train.targets[2]};
  for (std::size_t i = 0; i < 10; ++i)
    EXPECT_NEAR(scaled.test.targets[2 * i] - scaled.train.targets[0],
                slope * double{plain.test.targets[2 * i] - plain.train.targets[0]}, 1e-5);
}

TEST_F(RegressionData, WhatIsAboutClassesIsRefusedByItsKey) {
  const std::string source = "source = \"table\"\nfile = \"" + line_file() + "\"\n";
  const std::string regression = source + "task = \"regression\"\n";
  refused(regression + "classes = [0, 1]\n", "d.toml", "classes", "no classes to choose from");
  refused(source + "target_scaling = \"standardise\"\n", "target_scaling", "has labels");
  refused(source + "targets = [\"up\", \"down\"]\n", "targets", "task = \"regression\"");
  refused(regression + "target = \"up\"\ntargets = [\"down\"]\n", "targets", "together with target");
  refused("source = \"numpy\"\nfile = \"x.npz\"\ntask = \"regression\"\nlabel_count = 3\n", "label_count");
}

Dataset uniform_targets(std::size_t size) {
  Dataset data;
  data.name = "uniform";
  data.feature_shape = {1};
  data.target_size = 1;
  RandomStream stream({3, Purpose::test});
  for (std::size_t i = 0; i < size; ++i) {
    data.targets.push_back(static_cast<float>(stream.uniform()));
    data.features.push_back(data.targets.back());
  }
  return data;
}

Partition dealt(const std::string& text, const Dataset& data, std::size_t clients) {
  return Partition(ConfigTable::parse_text("[partition]\n" + text, "p.toml").table("partition"), data, clients, 7);
}

TEST(RegressionPartition, LabelSkewWorksByBinsAndIsRefusedWithoutThem) {
  const Dataset data = uniform_targets(600);
  for (const std::string& scheme : {std::string("scheme = \"dirichlet\"\nalpha = 0.3\n"),
                                    std::string("scheme = \"pathological\"\nclasses_per_client = 1\n"),
                                    std::string("scheme = \"shards\"\nshards_per_client = 2\n")}) {
    expect_error(
        ErrorKind::configuration, [&] { dealt(scheme, data, 5); }, "p.toml", "scheme", "real-valued", "target_bins");
    const Partition parts = dealt(scheme + "target_bins = 5\n", data, 5);
    std::size_t all = 0;
    for (const auto& part : parts.indices()) all += part.size();
    EXPECT_EQ(all, 600u);
  }
  // One bin of five a client: every client's targets span a fifth of the interval.
  const Partition parts = dealt("scheme = \"pathological\"\nclasses_per_client = 1\ntarget_bins = 5\n", data, 5);
  for (std::size_t client = 0; client < 5; ++client) {
    const Dataset own = parts.examples(data, client);
    const auto [low, high] = std::minmax_element(own.targets.begin(), own.targets.end());
    EXPECT_EQ(own.size(), 120u);
    EXPECT_LT(*high - *low, 0.25f);
  }
  expect_error(
      ErrorKind::configuration, [&] { dealt("target_bins = 5\n", data, 5); }, "target_bins", "iid");
  EXPECT_EQ(dealt("scheme = \"iid\"\n", data, 5).indices()[4].size(), 120u);

  std::vector<Dataset> shares;
  for (std::size_t client = 0; client < 5; ++client) shares.push_back(parts.examples(data, client));
  const PartitionSummary summary = summarise(shares);
  EXPECT_EQ(summary.classes, 10u);
  for (std::size_t client = 0; client < 5; ++client) {
    EXPECT_EQ(summary.size(client), 120u);
    EXPECT_NEAR(summary.label_skew(client), 0.8, 1e-9);  // a fifth of ten bins each
  }
}

TEST(RegressionPartition, BinsAreQuantilesAndEqualValuesStayTogether) {
  EXPECT_THAT(quantile_bins(std::vector<float>{5, 1, 3, 2, 4, 0}, 3), ElementsAre(2, 0, 1, 1, 2, 0));
  EXPECT_THAT(quantile_bins(std::vector<float>{1, 1, 1, 2}, 2), ElementsAre(0, 0, 0, 1));
  EXPECT_THROW(quantile_bins(std::vector<float>{1}, 0), Error);
}

TEST(RegressionPartition, AClientKeepsItsTargetsWithItsFeatures) {
  const ClientParts parts = divide_client(uniform_targets(50), {.validation = 0.2, .test = 0.2}, 7, 3);
  EXPECT_EQ(parts.train.size(), 30u);
  for (const Dataset* part : {&parts.train, &parts.validation, &parts.test}) EXPECT_EQ(part->targets, part->features);
}

}  // namespace
}  // namespace tacit::datasets
