#include <rapidcheck/gtest.h>

#include <cmath>
#include <numeric>

#include "coordinator/aggregation/registry.h"
#include "core/error.h"
#include "core/random.h"

namespace tacit::coordinator {
namespace {

std::shared_ptr<const ParameterSchema> schema() {
  static const auto result =
      std::make_shared<const ParameterSchema>(std::vector<ParameterSchema::Declaration>{{"w", {4, 3}}, {"b", {3}}});
  return result;
}

std::vector<float> random_values(std::uint32_t stream) {
  RandomStream random(RandomKey{5, Purpose::test, stream, 0});
  std::vector<float> values(schema()->size());
  for (float& value : values) value = static_cast<float>(random.normal());
  return values;
}

struct Contribution {
  std::vector<float> values;
  std::uint64_t examples;
};

std::vector<Contribution> contributions(std::size_t count) {
  std::vector<Contribution> result;
  for (std::uint32_t k = 0; k < count; ++k) result.push_back({random_values(k), 1 + 37ull * k});
  return result;
}

Parameters aggregate(const std::string& name, const std::vector<Contribution>& updates,
                     const std::vector<std::size_t>& order, double learning_rate) {
  const auto strategy = make_strategy(name, {learning_rate}, schema(), updates.size());
  for (const std::size_t k : order) {
    strategy->admit({updates[k].values, updates[k].examples});
    strategy->fold({updates[k].values, updates[k].examples});
  }
  return strategy->finish(Parameters(schema(), random_values(1000)));
}

/// The definition, in long double.
std::vector<double> expected(const std::vector<Contribution>& updates, double signed_rate) {
  const auto start = random_values(1000);
  std::vector<double> result;
  for (std::size_t i = 0; i < start.size(); ++i) {
    long double sum = 0, weight = 0;
    for (const Contribution& update : updates) {
      sum += static_cast<long double>(update.values[i]) * static_cast<long double>(update.examples);
      weight += static_cast<long double>(update.examples);
    }
    result.push_back(static_cast<double>(start[i] + signed_rate * sum / weight));
  }
  return result;
}

TEST(Strategy, FollowsItsDefinition) {
  const auto updates = contributions(9);
  std::vector<std::size_t> order(updates.size());
  std::iota(order.begin(), order.end(), 0);
  for (const auto& [name, sign] : {std::pair{"fedavg", 1.0}, std::pair{"fedsgd", -1.0}}) {
    const Parameters model = aggregate(name, updates, order, 0.25);
    const auto truth = expected(updates, sign * 0.25);
    for (std::size_t i = 0; i < truth.size(); ++i)
      EXPECT_NEAR(model.values()[i], truth[i], 1e-6 * (1 + std::fabs(truth[i]))) << name << " element " << i;
  }
  EXPECT_EQ(make_strategy("fedavg", {}, schema(), 1)->expects(), v1::UPDATE_KIND_DELTA);
  EXPECT_EQ(make_strategy("fedsgd", {}, schema(), 1)->expects(), v1::UPDATE_KIND_GRADIENT);
}

/// Running statistics are averaged as they are: neither the server's learning rate nor the sign of a gradient applies.
TEST(Strategy, AveragesWhatIsNotTrained) {
  const auto mixed = std::make_shared<const ParameterSchema>(
      std::vector<ParameterSchema::Declaration>{{"weight", {1}}, {"running_mean", {2}, false}});
  const std::vector<float> one = {1, 2, -4}, two = {3, 6, 8};
  for (const auto& [name, weight] : {std::pair{"fedavg", 10.25f}, std::pair{"fedsgd", 9.75f}}) {
    const auto strategy = make_strategy(name, {0.1}, mixed, 2);
    strategy->fold({one, 3});
    strategy->fold({two, 5});
    const auto next = strategy->finish(Parameters(mixed, {10, 20, 30}));
    EXPECT_NEAR(next.values()[0], static_cast<double>(weight) + (weight > 10 ? -0.025 : 0.025), 1e-6) << name;
    EXPECT_EQ(next.values()[1], 24.5f) << name;
    EXPECT_EQ(next.values()[2], 33.5f) << name;
  }
}

RC_GTEST_PROP(Strategy, GivesTheSameBitsInEveryOrder, ()) {
  const auto updates = contributions(*rc::gen::inRange<std::size_t>(1, 12));
  std::vector<std::size_t> order(updates.size());
  std::iota(order.begin(), order.end(), 0);
  const Digest straight = aggregate("fedavg", updates, order, 1.0).hash();
  RandomStream(RandomKey{*rc::gen::arbitrary<std::uint64_t>(), Purpose::test}).shuffle(std::span(order));
  RC_ASSERT(aggregate("fedavg", updates, order, 1.0).hash() == straight);
}

TEST(Strategy, NamesTheParameterItCannotSum) {
  const auto strategy = make_strategy("fedavg", {}, schema(), 3);
  const auto message = [&](std::size_t element, float bad) {
    auto values = random_values(1);
    values[element] = bad;
    try {
      strategy->admit({values, 10});
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string("no error");
  };
  EXPECT_THAT(message(7, NAN), testing::HasSubstr("parameter w[2,1] is nan"));
  EXPECT_THAT(message(13, INFINITY), testing::HasSubstr("parameter b[1] is inf"));
  EXPECT_THAT(message(0, -3e38f), testing::HasSubstr("parameter w[0,0] is -3"));
  EXPECT_EQ(message(0, 1e16f), "no error");
}

TEST(Strategy, WhatIsAdmittedCanAlwaysBeFolded) {
  // The largest values that pass, from every client: the sum must not overflow.
  constexpr std::size_t clients = 1000;
  const auto strategy = make_strategy("fedavg", {}, schema(), clients);
  const std::uint64_t examples = (1ull << 29) - 1;
  const auto largest = std::nextafter(static_cast<float>(0x1p62 / clients / static_cast<double>(examples)), 0.0f);
  const std::vector<float> values(schema()->size(), largest);
  strategy->admit({values, examples});
  for (std::size_t k = 0; k < clients; ++k) ASSERT_NO_THROW(strategy->fold({values, examples}));
  const Parameters model = strategy->finish(Parameters(schema()));
  EXPECT_EQ(model.values()[3], largest);
}

TEST(Strategy, RefusesToFinishWithNothingOrBeyondFloat) {
  const auto empty = make_strategy("fedavg", {}, schema(), 3);
  EXPECT_THROW(empty->finish(Parameters(schema())), Error);
  const auto strategy = make_strategy("fedavg", {1e6}, schema(), 1);
  strategy->fold({std::vector<float>(schema()->size(), 1e17f), 1});
  Parameters start(schema());
  for (float& value : start.values()) value = 3.4028e38f;
  EXPECT_NO_THROW(strategy->finish(Parameters(schema())));
  strategy->fold({std::vector<float>(schema()->size(), 1e17f), 1});
  EXPECT_NO_THROW(strategy->finish(start)) << "1e23 is less than half a step there";
  const auto steep = make_strategy("fedsgd", {1e30}, schema(), 1);
  steep->fold({std::vector<float>(schema()->size(), 1e10f), 1});
  try {
    steep->finish(Parameters(schema()));
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("parameter w[0,0] becomes -inf"));
  }
}

TEST(Strategy, RegistryListsWhatItKnows) {
  EXPECT_EQ(strategy_names(), (std::vector<std::string>{"fedavg", "fedsgd"}));
  try {
    make_strategy("fedfoo", {}, schema(), 1);
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("known are fedavg, fedsgd"));
  }
}

}  // namespace
}  // namespace tacit::coordinator
