#include "datasets/transforms/moments.h"

#include <gmock/gmock.h>

#include <cmath>

#include "core/files.h"
#include "core/npy.h"
#include "core/random.h"
#include "datasets/dataset.h"
#include "datasets/files.h"
#include "datasets/partition.h"
#include "datasets/transforms/shared_projection.h"

namespace tacit::datasets {
namespace {

Dataset wine() {
  return load_unscaled(ConfigTable::parse_text("[data]\nsource = \"wine\"", "t.toml").table("data"), 1).train;
}

/// Every party's part of a skewed partition.
std::vector<Moments> of_parties(const Dataset& data, std::size_t clients) {
  const Partition partition(
      ConfigTable::parse_text("[partition]\nscheme = \"dirichlet\"\nalpha = 0.5", "t.toml").table("partition"), data,
      clients, 3);
  std::vector<Moments> parties;
  for (std::size_t client = 0; client < clients; ++client)
    parties.push_back(moments_of(partition.examples(data, client)));
  return parties;
}

// Sums in long double, one example after the other.
TEST(Moments, AreMeanAndScatter) {
  const Dataset data = wine();
  const Moments moments = moments_of(data);
  const std::size_t width = data.feature_size();
  std::vector<long double> mean(width), scatter(width * width);
  for (std::size_t i = 0; i < data.size(); ++i)
    for (std::size_t j = 0; j < width; ++j) mean[j] += static_cast<long double>(data.example(i)[j]) / data.size();
  for (std::size_t i = 0; i < data.size(); ++i)
    for (std::size_t j = 0; j < width; ++j)
      for (std::size_t k = 0; k < width; ++k)
        scatter[j * width + k] += (data.example(i)[j] - mean[j]) * (data.example(i)[k] - mean[k]);
  for (std::size_t j = 0; j < width; ++j)
    EXPECT_NEAR(moments.mean[j], static_cast<double>(mean[j]), 1e-12 * std::abs(moments.mean[j]));
  for (std::size_t j = 0; j < width; ++j)
    for (std::size_t k = 0; k < width; ++k)
      EXPECT_NEAR(moments.scatter[j * width + k], static_cast<double>(scatter[j * width + k]),
                  1e-11 * std::sqrt(moments.scatter[j * width + j] * moments.scatter[k * width + k]));
}

// What parties find together is what one finds who has all examples, however uneven the parties are.
TEST(Moments, OfPartiesMergeToThoseOfAllExamples) {
  const Dataset data = wine();
  const Moments pooled = moments_of(data);
  for (const std::size_t clients : {1u, 2u, 7u}) {
    const Moments total = merged(of_parties(data, clients));
    EXPECT_EQ(total.examples, data.size());
    const std::size_t width = pooled.mean.size();
    for (std::size_t i = 0; i < width; ++i) {
      EXPECT_NEAR(total.mean[i], pooled.mean[i], 1e-13 * std::abs(pooled.mean[i]));
      for (std::size_t j = 0; j < width; ++j)
        EXPECT_NEAR(total.scatter[i * width + j], pooled.scatter[i * width + j],
                    1e-12 * std::sqrt(pooled.scatter[i * (width + 1)] * pooled.scatter[j * (width + 1)]));
    }
    const Projection together = principal_components(total, 4), alone = principal_components(data, 4);
    for (std::size_t k = 0; k < alone.weights.size(); ++k) EXPECT_NEAR(together.weights[k], alone.weights[k], 1e-9);
  }
}

// A large common offset is where sums of squares would lose everything.
TEST(Moments, MergeWithoutCancellation) {
  RandomStream stream({4, Purpose::test});
  Dataset data;
  data.feature_shape = {2};
  data.classes = 2;
  for (int i = 0; i < 200; ++i) {
    data.features.push_back(static_cast<float>(4e6 + std::floor(8 * stream.normal()) / 2));
    data.features.push_back(static_cast<float>(stream.normal()));
    data.labels.push_back(i % 2);
  }
  const Moments pooled = moments_of(data), total = merged(of_parties(data, 5));
  EXPECT_NEAR(total.scatter[0] / pooled.scatter[0], 1, 1e-9);
}

TEST(Moments, RefuseWhatCannotBeMerged) {
  expect_error(
      ErrorKind::usage, [] { merged({}); }, "no party");
  const std::vector<Moments> different = {{1, {0}, {0}}, {1, {0, 0}, {0, 0, 0, 0}}};
  expect_error(
      ErrorKind::usage, [&] { merged(different); }, "party 1 has 2 features");
  expect_error(
      ErrorKind::usage, [] { moments_of(Dataset{}); }, "no example");
}

TEST(Moments, FilesKeepEveryBitAndDamageIsNamed) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "m.npz";
  const Moments moments = moments_of(wine());
  write_moments(file, moments);
  const Moments back = read_moments(file);
  EXPECT_EQ(back.examples, moments.examples);
  EXPECT_EQ(back.mean, moments.mean);
  EXPECT_EQ(back.scatter, moments.scatter);
  const auto refused = [&](Moments wrong, const char* why) {
    write_moments(file, wrong);
    expect_error(
        ErrorKind::data, [&] { read_moments(file); }, "m.npz", why);
  };
  refused({0, {1}, {1}}, "at least 1");
  refused({3, {1}, {-1}}, "at least 0");
  refused({3, {1}, {std::nan("")}}, "nan");
  refused({3, {1, 2}, {1, 2, 3, 4}}, "differ");
  const std::vector<float> one = {1};
  write_npz(file, std::vector<NamedArray>{{"x", one, {1}}});
  expect_error(
      ErrorKind::data, [&] { read_moments(file); }, "m.npz", "'examples'");
}

// The correlation matrix is what standardised columns have for a covariance.
TEST(SharedProjection, StandardisedComponentsAreThoseOfStandardisedColumns) {
  const Dataset data = wine();
  const SharedProjection shared = shared_components(merged(of_parties(data, 3)), 3, true);
  const TrainTest standardised =
      load(ConfigTable::parse_text("[data]\nsource = \"wine\"\nscaling = \"standardise\"", "t.toml").table("data"), 1);
  const Dataset expected = principal_components(standardised.train, 3).apply(standardised.train);
  const Dataset projected = shared.projection.apply(data);
  for (std::size_t k = 0; k < expected.features.size(); ++k)
    EXPECT_NEAR(projected.features[k], expected.features[k], 2e-4);
  double squares = 0;
  for (std::size_t i = 0; i < projected.size(); ++i) squares += std::pow(projected.example(i)[0], 2);
  EXPECT_NEAR(std::sqrt(squares / static_cast<double>(data.size())), shared.high[0] / 3, 1e-4);
}

TEST(SharedProjection, DataSectionAppliesTheFile) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "pca.npz";
  const SharedProjection shared = shared_components(moments_of(wine()), 2, true);
  write_projection(file, shared);
  EXPECT_EQ(read_projection(file).projection.weights, shared.projection.weights);
  const auto with = [&](const std::string& keys) {
    return load(
        ConfigTable::parse_text("[data]\nsource = \"wine\"\nprojection = \"" + file.string() + "\"\n" + keys, "t.toml")
            .table("data"),
        1);
  };
  const TrainTest data = with("");
  EXPECT_EQ(data.train.features, shared.apply(wine()).features);
  EXPECT_EQ(data.test.feature_shape, Shape{2});
  for (const float feature : data.test.features) {
    EXPECT_GE(feature, 0);
    EXPECT_LE(feature, 1);
  }
  expect_error(
      ErrorKind::configuration, [&] { with("pca = 2"); }, "t.toml:3", "together");
  expect_error(
      ErrorKind::configuration, [&] { with("scaling = \"min_max\""); }, "t.toml:4", "as they are");
  write_moments(file, moments_of(wine()));
  expect_error(
      ErrorKind::data, [&] { with(""); }, "pca.npz", "'weights'");
}

}  // namespace
}  // namespace tacit::datasets
