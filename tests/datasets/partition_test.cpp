#include <algorithm>

#include "core/random.h"
#include "datasets/dataset.h"
#include "datasets/files.h"

namespace tacit::datasets {
namespace {

using Parts = std::vector<std::vector<std::size_t>>;

Parts divide(const std::string& text, const Dataset& data, std::size_t clients, std::uint64_t seed) {
  return partition(ConfigTable::parse_text("[partition]\n" + text, "test.toml").table("partition"), data, clients,
                   seed);
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

}  // namespace
}  // namespace tacit::datasets
