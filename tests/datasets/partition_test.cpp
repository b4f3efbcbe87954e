#include "datasets/partition.h"

#include <algorithm>
#include <cmath>

#include "core/random.h"
#include "datasets/files.h"
#include "datasets/partition_summary.h"

namespace tacit::datasets {
namespace {

using Parts = std::vector<std::vector<std::size_t>>;

Parts divide(const std::string& text, const Dataset& data, std::size_t clients, std::uint64_t seed) {
  return Partition(ConfigTable::parse_text("[partition]\n" + text, "test.toml").table("partition"), data, clients, seed)
      .indices();
}

Dataset labelled(std::size_t size, std::size_t classes, std::uint64_t seed) {
  Dataset data;
  data.name = "labelled";
  data.feature_shape = {1};
  data.classes = classes;
  RandomStream stream({seed, Purpose::test});
  for (std::size_t i = 0; i < size; ++i) {
    data.features.push_back(0);
    data.labels.push_back(static_cast<std::int32_t>(stream.below(classes)));
  }
  return data;
}

void expect_every_index_once(const Parts& parts, std::size_t size) {
  std::vector<std::size_t> all;
  for (const auto& part : parts) {
    EXPECT_TRUE(std::is_sorted(part.begin(), part.end()));
    all.insert(all.end(), part.begin(), part.end());
  }
  std::sort(all.begin(), all.end());
  ASSERT_EQ(all.size(), size);
  for (std::size_t i = 0; i < size; ++i) ASSERT_EQ(all[i], i);
}

TEST(Partition, GivesEveryIndexToOneClient) {
  RandomStream stream({11, Purpose::test});
  for (std::uint64_t trial = 0; trial < 200; ++trial) {
    const std::size_t clients = 1 + stream.below(12), size = 20 * clients + stream.below(100);
    const Dataset data = labelled(size, 2 + stream.below(9), trial);
    const Parts iid = divide("scheme = \"iid\"", data, clients, trial);
    ASSERT_EQ(iid.size(), clients);
    expect_every_index_once(iid, size);
    EXPECT_EQ(divide("", data, clients, trial), iid);
    try {
      const Parts skewed = divide("scheme = \"dirichlet\"\nalpha = 2.0", data, clients, trial);
      ASSERT_EQ(skewed.size(), clients);
      expect_every_index_once(skewed, size);
      EXPECT_EQ(divide("scheme = \"dirichlet\"\nalpha = 2.0", data, clients, trial), skewed);
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::configuration) << error.what();
    }
  }
}

TEST(Partition, IidPartsDifferByOneExampleAtMost) {
  const Parts parts = divide("", labelled(103, 2, 1), 10, 1);
  for (std::size_t client = 0; client < 10; ++client) EXPECT_EQ(parts[client].size(), client < 3 ? 11u : 10u);
  EXPECT_NE(parts, divide("", labelled(103, 2, 1), 10, 2));
}

/// Mean over clients of the largest class share of a client.
double skew(const Parts& parts, const Dataset& data) {
  double sum = 0;
  for (const auto& part : parts) {
    std::vector<double> count(data.classes);
    for (const std::size_t i : part) ++count[static_cast<std::size_t>(data.labels[i])];
    sum += *std::max_element(count.begin(), count.end()) / static_cast<double>(part.size());
  }
  return sum / static_cast<double>(parts.size());
}

TEST(Partition, AlphaControlsTheSkew) {
  const Dataset data = labelled(5000, 10, 2);
  const double even = skew(divide("", data, 5, 1), data);
  const double mild = skew(divide("scheme = \"dirichlet\"\nalpha = 1000.0", data, 5, 1), data);
  const double strong = skew(divide("scheme = \"dirichlet\"\nalpha = 0.1", data, 5, 1), data);
  EXPECT_LT(even, 0.2);
  EXPECT_LT(mild, 0.2);
  EXPECT_GT(strong, 0.25);
}

TEST(Partition, DirichletSharesHaveTheRightMoments) {
  // The share of client 0 of one class is Beta(alpha, alpha (clients - 1)): its variance tells alpha apart.
  constexpr double clients = 4;
  for (const double alpha : {0.5, 1.0, 3.0}) {
    const Dataset data = labelled(4000, 2, 9);
    double sum = 0, squares = 0, count = 0;
    for (std::uint64_t seed = 0; seed < 400; ++seed) {
      Parts parts;
      try {
        parts = divide("scheme = \"dirichlet\"\nalpha = " + std::to_string(alpha), data, 4, seed);
      } catch (const Error&) {
        continue;
      }
      double of_class = 0, total = 0;
      for (std::size_t i = 0; i < data.size(); ++i) total += data.labels[i] == 0;
      for (const std::size_t i : parts[0]) of_class += data.labels[i] == 0;
      const double share = of_class / total;
      sum += share, squares += share * share, ++count;
    }
    EXPECT_GT(count, 390);
    const double mean = sum / count, variance = squares / count - mean * mean;
    EXPECT_NEAR(mean, 1 / clients, 0.05);
    EXPECT_NEAR(variance, (1 / clients) * (1 - 1 / clients) / (clients * alpha + 1), 0.013);
  }
}

TEST(Partition, RefusesClientsWithoutExamples) {
  const Dataset data = labelled(5, 2, 1);
  expect_error(
      ErrorKind::configuration, [&] { divide("scheme = \"iid\"", data, 7, 1); }, "test.toml:2", "client 5 of 7");
  expect_error(
      ErrorKind::configuration, [&] { divide("scheme = \"dirichlet\"\nalpha = 0.001", data, 5, 1); }, "test.toml:3",
      "partition.alpha", "client");
  expect_error(
      ErrorKind::usage, [&] { divide("", data, 0, 1); }, "no clients");
}

TEST(Partition, RefusesBadSections) {
  const Dataset data = labelled(50, 2, 1);
  expect_error(
      ErrorKind::configuration, [&] { divide("scheme = \"idd\"", data, 2, 1); }, "test.toml:2", "iid");
  expect_error(
      ErrorKind::configuration, [&] { divide("scheme = \"dirichlet\"", data, 2, 1); }, "partition.alpha");
  expect_error(
      ErrorKind::configuration, [&] { divide("alpha = 1.0", data, 2, 1); }, "test.toml:2", "alpha");
  expect_error(
      ErrorKind::configuration, [&] { divide("scheme = \"dirichlet\"\nalpha = 0.0", data, 2, 1); }, "test.toml:3");
}

/// Number of clients that hold each class, and of classes that each client holds.
std::pair<std::vector<std::size_t>, std::vector<std::size_t>> holdings(const Parts& parts, const Dataset& data) {
  std::vector<std::size_t> holders(data.classes), held;
  for (const auto& part : parts) {
    std::vector<bool> seen(data.classes);
    for (const std::size_t i : part) seen[static_cast<std::size_t>(data.labels[i])] = true;
    held.push_back(static_cast<std::size_t>(std::count(seen.begin(), seen.end(), true)));
    for (std::size_t label = 0; label < data.classes; ++label) holders[label] += seen[label];
  }
  return {holders, held};
}

std::vector<std::size_t> sizes(const Parts& parts) {
  std::vector<std::size_t> all;
  for (const auto& part : parts) all.push_back(part.size());
  return all;
}

TEST(Partition, EverySchemeGivesEveryIndexToOneClientAndIsSeeded) {
  const std::vector<std::string> texts = {
      "scheme = \"pathological\"\nclasses_per_client = 3",
      "scheme = \"shards\"\nshards_per_client = 2",
      "scheme = \"dirichlet_size\"\nalpha = 2.0",
      "scheme = \"power_law\"\nexponent = 1.0",
      "scheme = \"log_normal\"\nsigma = 0.7",
  };
  const Dataset data = labelled(1003, 10, 4);
  for (const std::string& text : texts) {
    SCOPED_TRACE(text);
    const Parts parts = divide(text, data, 12, 5);
    ASSERT_EQ(parts.size(), 12u);
    expect_every_index_once(parts, data.size());
    EXPECT_EQ(divide(text, data, 12, 5), parts);
    EXPECT_NE(divide(text, data, 12, 6), parts);
  }
}

TEST(Partition, PathologicalClientsHoldExactlyTheirClassesAndClassesAreHeldEvenly) {
  const Dataset data = labelled(4000, 10, 4);
  for (const std::size_t each : {1u, 2u, 3u, 7u, 10u}) {
    const Parts parts = divide("scheme = \"pathological\"\nclasses_per_client = " + std::to_string(each), data, 13, 3);
    const auto [holders, held] = holdings(parts, data);
    EXPECT_EQ(held, std::vector<std::size_t>(13, each));
    const auto [fewest, most] = std::minmax_element(holders.begin(), holders.end());
    EXPECT_LE(*most - *fewest, 1u);
  }
  expect_error(
      ErrorKind::configuration, [&] { divide("scheme = \"pathological\"\nclasses_per_client = 11", data, 13, 3); },
      "test.toml:3", "1 to 10");
  expect_error(
      ErrorKind::configuration, [&] { divide("scheme = \"pathological\"\nclasses_per_client = 2", data, 4, 3); },
      "cannot hold all 10 classes");
}

TEST(Partition, ShardsAreEqualAndHoldFewLabels) {
  const Dataset data = labelled(2000, 10, 4);
  const Parts parts = divide("scheme = \"shards\"\nshards_per_client = 2", data, 50, 1);
  EXPECT_EQ(sizes(parts), std::vector<std::size_t>(50, 40));
  // A shard of 20 from runs of about 200 spans two labels at most.
  for (const std::size_t held : holdings(parts, data).second) EXPECT_LE(held, 4u);
  expect_error(
      ErrorKind::configuration, [&] { divide("scheme = \"shards\"\nshards_per_client = 41", data, 50, 1); },
      "test.toml:3", "cannot be cut");
}

TEST(Partition, PowerLawSizesFollowTheLaw) {
  Parts parts = divide("scheme = \"power_law\"\nexponent = 1.0", labelled(10000, 2, 1), 10, 1);
  std::vector<std::size_t> sorted = sizes(parts);
  std::sort(sorted.rbegin(), sorted.rend());
  double harmonic = 0;
  for (int rank = 1; rank <= 10; ++rank) harmonic += 1.0 / rank;
  for (std::size_t rank = 1; rank <= 10; ++rank)
    EXPECT_NEAR(static_cast<double>(sorted[rank - 1]), 10000 / harmonic / static_cast<double>(rank), 1.0);
  EXPECT_EQ(sizes(divide("scheme = \"power_law\"\nexponent = 0.0", labelled(10000, 2, 1), 10, 1)),
            std::vector<std::size_t>(10, 1000));
}

TEST(Partition, LogNormalSizesHaveTheLawsDeviation) {
  const Parts parts = divide("scheme = \"log_normal\"\nsigma = 0.5", labelled(400000, 2, 1), 1000, 1);
  double sum = 0, squares = 0;
  for (const auto& part : parts) {
    const double logarithm = std::log(static_cast<double>(part.size()));
    sum += logarithm, squares += logarithm * logarithm;
  }
  const double mean = sum / 1000;
  EXPECT_NEAR(std::sqrt(squares / 1000 - mean * mean), 0.5, 0.05);
}

Dataset grouped() {
  Dataset data = labelled(60, 2, 1);
  data.group_names = {"north", "south", "east", "west"};
  for (std::size_t i = 0; i < data.size(); ++i) data.groups.push_back(i < 30 ? 0 : i < 45 ? 1 : i < 55 ? 2 : 3);
  return data;
}

TEST(Partition, NaturalGroupsStayTogether) {
  const Dataset data = grouped();
  EXPECT_EQ(sizes(divide("scheme = \"natural\"", data, 4, 1)), (std::vector<std::size_t>{30, 15, 10, 5}));
  // Two clients: 30 against 15 + 10 + 5.
  const Parts two = divide("scheme = \"natural\"", data, 2, 1);
  EXPECT_EQ(sizes(two), (std::vector<std::size_t>{30, 30}));
  expect_every_index_once(two, 60);
  EXPECT_EQ(data.subset(two[0]).groups, std::vector<std::int32_t>(30, 0));
  expect_error(
      ErrorKind::configuration, [&] { divide("scheme = \"natural\"", data, 5, 1); }, "test.toml:2", "4 groups");
  expect_error(
      ErrorKind::configuration, [&] { divide("scheme = \"natural\"", labelled(60, 2, 1), 2, 1); }, "no column");
}

TEST(Partition, SmallClientsAreRefusedOrMergedAsAsked) {
  const Dataset data = labelled(100, 10, 1);
  const std::string skewed = "scheme = \"power_law\"\nexponent = 6.0\n";
  expect_error(
      ErrorKind::configuration, [&] { divide(skewed, data, 10, 1); }, "test.toml:3", "gets none of the 100");
  expect_error(
      ErrorKind::configuration, [&] { divide("minimum_examples = 11", data, 10, 1); }, "100 examples of",
      "10 clients 11 each");
  const Parts merged = divide(skewed + "small_clients = \"merge\"\nminimum_examples = 5", data, 10, 1);
  expect_every_index_once(merged, 100);
  for (const std::size_t size : sizes(merged)) EXPECT_GE(size, 5u);
  expect_error(
      ErrorKind::configuration, [&] { divide("small_clients = \"merge\"\nminimum_examples = 11", data, 10, 1); },
      "11 each");
  expect_error(
      ErrorKind::configuration, [&] { divide(skewed + "minimum_examples = 5", data, 10, 1); }, "of the 100", "needs 5");
}

Dataset images() {
  Dataset data = labelled(12, 2, 1);
  data.feature_shape = {1, 3, 3};
  data.features.clear();
  for (std::size_t i = 0; i < data.size(); ++i)
    for (const float value : {0.f, 1.f, 0.f, 0.f, .5f, 0.f, 0.f, 0.f, 0.f}) data.features.push_back(value);
  return data;
}

TEST(Partition, FeatureSkewGrowsFromClientToClient) {
  const Dataset data = images();
  const Partition turned(ConfigTable::parse_text("[partition]\nrotation = 360.0", "test.toml").table("partition"), data,
                         4, 1);
  // Client i is turned by i quarters, counter-clockwise: the upper pixel goes left, down, right.
  const std::size_t lit[] = {1, 3, 7, 5};
  for (std::size_t client = 0; client < 4; ++client) {
    const Dataset own = turned.examples(data, client);
    for (std::size_t pixel = 0; pixel < 9; ++pixel)
      EXPECT_NEAR(own.features[pixel], pixel == lit[client] ? 1.0 : pixel == 4 ? 0.5 : 0.0, 1e-6) << client;
  }
  const Partition noisy(ConfigTable::parse_text("[partition]\nnoise = 0.2", "test.toml").table("partition"), data, 3,
                        1);
  EXPECT_EQ(noisy.examples(data, 0).features, data.subset(noisy.indices()[0]).features);
  std::vector<double> deviation;
  for (const std::size_t client : {1u, 2u}) {
    const Dataset own = noisy.examples(data, client), clean = data.subset(noisy.indices()[client]);
    double squares = 0;
    for (std::size_t i = 4; i < own.features.size(); i += 9)
      squares += std::pow(double{own.features[i]} - double{clean.features[i]}, 2);
    deviation.push_back(std::sqrt(squares / 4));
    for (const float value : own.features) EXPECT_TRUE(value >= 0 && value <= 1);
  }
  EXPECT_GT(deviation[0], 0.01);
  EXPECT_GT(deviation[1], deviation[0]);
  expect_error(
      ErrorKind::configuration, [] { divide("rotation = 5.0", labelled(20, 2, 1), 2, 1); }, "test.toml:2", "table");
}

TEST(PartitionSummary, CountsSkewAndDraws) {
  Dataset data = labelled(12, 3, 1);
  data.labels = {0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2};
  const std::size_t first[] = {0, 1, 2, 3}, second[] = {4, 5, 6, 7, 8, 9, 10, 11};
  const std::vector<Dataset> parts = {data.subset(first), data.subset(second)};
  const PartitionSummary summary = summarise(parts);
  EXPECT_EQ(summary.counts, (std::vector<std::vector<std::size_t>>{{4, 0, 0}, {0, 4, 4}}));
  EXPECT_NEAR(summary.label_skew(0), 2.0 / 3, 1e-12);
  EXPECT_NEAR(summary.label_skew(1), 1.0 / 3, 1e-12);
  const std::string table = to_table(summary);
  EXPECT_NE(table.find("       1         4   0.67      4      .      ."), std::string::npos) << table;
  EXPECT_NE(table.find("     all        12             4      4      4"), std::string::npos) << table;
  EXPECT_NE(to_table(summary, 2).find("and 1 more classes"), std::string::npos);
  const std::string chart = to_bubble_chart(summary);
  EXPECT_NE(chart.find("client 2, class 1: 4"), std::string::npos);
  EXPECT_EQ(chart.find("client 1, class 1"), std::string::npos);
}

}  // namespace
}  // namespace tacit::datasets
