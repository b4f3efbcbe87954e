#include "datasets/client_parts.h"

#include <gmock/gmock.h>

#include <set>

#include "datasets/files.h"

namespace tacit::datasets {
namespace {

Dataset numbered(std::size_t count) {
  Dataset data;
  data.name = "numbers";
  data.feature_shape = {1};
  data.classes = 2;
  for (std::size_t i = 0; i < count; ++i) {
    data.features.push_back(static_cast<float>(i));
    data.labels.push_back(static_cast<std::int32_t>(i % 2));
  }
  return data;
}

TEST(ClientParts, EveryExampleIsInOnePartAndKeepsItsLabel) {
  const ClientParts parts = divide_client(numbered(40), {.validation = 0.1, .test = 0.25}, 7, 3);
  EXPECT_EQ(parts.validation.size(), 4u);
  EXPECT_EQ(parts.test.size(), 10u);
  std::set<float> seen;
  for (const Dataset* part : {&parts.train, &parts.validation, &parts.test}) {
    EXPECT_TRUE(std::is_sorted(part->features.begin(), part->features.end()));
    for (std::size_t i = 0; i < part->size(); ++i) {
      EXPECT_EQ(part->labels[i], static_cast<std::int32_t>(part->features[i]) % 2);
      EXPECT_TRUE(seen.insert(part->features[i]).second);
    }
  }
  EXPECT_EQ(seen.size(), 40u);
}

TEST(ClientParts, SeedAndClientDecide) {
  const auto test_of = [](std::uint64_t seed, std::size_t client) {
    return divide_client(numbered(100), {.test = 0.2}, seed, client).test.features;
  };
  EXPECT_EQ(test_of(1, 1), test_of(1, 1));
  EXPECT_NE(test_of(1, 1), test_of(2, 1));
  EXPECT_NE(test_of(1, 1), test_of(1, 2));
}

TEST(ClientParts, SmallClientsKeepAnExampleForTraining) {
  const auto sizes = [](std::size_t count) {
    const ClientParts parts = divide_client(numbered(count), {.validation = 0.1, .test = 0.1}, 1, 0);
    return std::vector<std::size_t>{parts.train.size(), parts.validation.size(), parts.test.size()};
  };
  EXPECT_EQ(sizes(0), (std::vector<std::size_t>{0, 0, 0}));
  EXPECT_EQ(sizes(1), (std::vector<std::size_t>{1, 0, 0}));
  EXPECT_EQ(sizes(2), (std::vector<std::size_t>{1, 0, 1}));
  EXPECT_EQ(sizes(3), (std::vector<std::size_t>{1, 1, 1}));
  const ClientParts whole = divide_client(numbered(5), {}, 1, 0);
  EXPECT_EQ(whole.train.features, numbered(5).features);
}

TEST(ClientParts, FractionsOutOfRangeAreRefused) {
  for (const ClientFractions& wrong : {ClientFractions{-0.1, 0}, ClientFractions{0.5, 0.5}, ClientFractions{0, NAN}})
    expect_error(
        ErrorKind::usage, [&] { divide_client(numbered(5), wrong, 1, 0); }, "fractions");
}

TEST(Keep, GivesWhatSubsetGives) {
  Dataset data = numbered(9);
  data.groups = {0, 1, 2, 3, 4, 5, 6, 7, 8};
  const std::vector<std::size_t> some = {0, 3, 4, 8}, none = {};
  for (const auto& indices : {some, none}) {
    Dataset kept = data;
    kept.keep(indices);
    const Dataset expected = data.subset(indices);
    EXPECT_EQ(kept.features, expected.features);
    EXPECT_EQ(kept.labels, expected.labels);
    EXPECT_EQ(kept.groups, expected.groups);
  }
  for (const std::vector<std::size_t>& wrong : {std::vector<std::size_t>{1, 1}, {2, 1}, {0, 9}}) {
    expect_error(
        ErrorKind::usage, [&] { data.keep(wrong); }, "out of order or beyond");
    EXPECT_EQ(data.size(), 9u);
  }
}

// [data] validation_fraction: out of the training part, before anything is fitted; the test part stays what it was.
TEST(Validation, IsHeldOutOfTrainingAndFitting) {
  const auto load_text = [](const std::string& keys) {
    return load(ConfigTable::parse_text("[data]\n" + keys, "t.toml").table("data"), 5);
  };
  const TrainTest plain = load_text("source = \"wine\"\nscaling = \"none\""),
                  held = load_text("source = \"wine\"\nscaling = \"none\"\nvalidation_fraction = 0.25");
  EXPECT_EQ(plain.validation.size(), 0u);
  EXPECT_EQ(held.test.features, plain.test.features);
  EXPECT_EQ(held.train.size() + held.validation.size(), plain.train.size());
  EXPECT_NEAR(static_cast<double>(held.validation.size()), 0.25 * static_cast<double>(plain.train.size()), 1.5);
  // Scaled by the training part alone: its extremes are reached, and those of the validation part may be clamped.
  const TrainTest scaled = load_text("source = \"wine\"\nvalidation_fraction = 0.25");
  for (std::size_t j = 0; j < 13; ++j) {
    float low = 1, high = 0;
    for (std::size_t i = 0; i < scaled.train.size(); ++i) {
      low = std::min(low, scaled.train.example(i)[j]);
      high = std::max(high, scaled.train.example(i)[j]);
    }
    EXPECT_EQ(low, 0.0f);
    EXPECT_EQ(high, 1.0f);
  }
  const TrainTest images = load_text("source = \"digits\"\nvalidation_fraction = 0.1\nresize = [4, 4]\npca = 3");
  EXPECT_EQ(images.validation.feature_shape, Shape{3});
  EXPECT_EQ(images.validation.features.size(), 3 * images.validation.size());
}

}  // namespace
}  // namespace tacit::datasets
