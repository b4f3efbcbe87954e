#include "attacks/attack.h"
#include "attacks/attack_case.h"
#include "attacks/baselines.h"
#include "attacks/finite_differences.h"
#include "attacks/metrics/feature_accuracy.h"
#include "attacks/random_vector.h"
#include "attacks/tabular/ensemble.h"
#include "core/expect_error.h"

namespace tacit::attacks {
namespace {

/// Number, category of three, number, number, category of two.
const TableColumns columns({{1, 3}, {6, 7}}, 8);
constexpr const char* categories = "categories = [\"1-3\", \"6-7\"]\n";

TEST(TableColumnsOfATable, AreCategoriesAndNumbers) {
  EXPECT_EQ(columns.columns(), 5u);
  EXPECT_EQ(columns.numbers(), (std::vector<std::size_t>{0, 4, 5}));
  expect_error([] { TableColumns({{1, 3}, {3, 4}}, 8); }, ErrorKind::configuration, {"feature 3", "two groups"});
  expect_error([] { TableColumns({{7, 8}}, 8); }, ErrorKind::configuration, {"7-8", "8 features"});
  expect_error([] { TableColumns({{2, 2}}, 8); }, ErrorKind::configuration, {"2-2"});
}

TEST(SoftTables, HoldPossibleRowsAndTheirGradient) {
  const SoftTable table(columns, {-1, 3});
  const auto z = normal_vector(16, 4);
  std::vector<double> rows(16), gradient(16), scratch(16);
  table.rows(z, rows);
  for (const std::size_t row : {0u, 8u}) {
    EXPECT_NEAR(rows[row + 1] + rows[row + 2] + rows[row + 3], 1, 1e-15);
    EXPECT_NEAR(rows[row + 6] + rows[row + 7], 1, 1e-15);
    EXPECT_NEAR(rows[row], -1 + 4 / (1 + std::exp(-z[row])), 1e-15);
  }
  const auto slope = normal_vector(16, 5);
  table.pull_back(rows, slope, gradient);
  const auto numeric = numeric_gradient(
      [&](std::span<const double> at) {
        table.rows(at, scratch);
        double sum = 0;
        for (std::size_t i = 0; i < 16; ++i) sum += slope[i] * scratch[i];
        return sum;
      },
      z);
  EXPECT_LT(relative_difference(gradient, numeric), 1e-10);
}

TEST(Ensembles, AreAlignedWithinLabelsAndPooled) {
  const std::vector<double> reference{0, 1, 5, 5, 9, 9}, member{9, 9, 5, 4, 0, 0};
  EXPECT_EQ(aligned_rows(member, reference, std::vector<std::int32_t>{2, 2, 2}, 2),
            (std::vector<double>{0, 0, 5, 4, 9, 9}));
  // The first row has a label of its own, and stays.
  EXPECT_EQ(aligned_rows(member, reference, std::vector<std::int32_t>{1, 2, 2}, 2),
            (std::vector<double>{9, 9, 0, 0, 5, 4}));

  const TableColumns small({{1, 2}}, 3);
  EXPECT_EQ(pooled_rows({{1, 0.6, 0.4}, {8, 0.6, 0.4}, {2, 0.1, 0.9}}, small), (std::vector<double>{2, 0, 1}));
  EXPECT_EQ(pooled_rows({{1, 0.6, 0.4}, {4, 0.6, 0.4}}, small), (std::vector<double>{2.5, 1, 0}));
}

TEST(FeatureAccuracy, CountsColumnsOfTheBestMatch) {
  const TableColumns small({{1, 2}}, 3);
  const std::vector<double> truth{0, 1, 0, 10, 0, 1}, deviation{1, 0.5, 0.5};
  EXPECT_DOUBLE_EQ(feature_accuracy(truth, truth, small, deviation), 1);
  // The other way round, one number off by more than 0.319 deviations.
  EXPECT_DOUBLE_EQ(feature_accuracy(std::vector<double>{10.3, 0.2, 0.8, 0.4, 0.7, 0.3}, truth, small, deviation), 0.75);
  EXPECT_EQ(mean_and_mode(std::vector<float>{1, 0, 1, 2, 1, 0, 6, 0, 1}, small), (std::vector<double>{3, 0, 1}));
}

/// Rows of a table with those columns.
std::vector<float> table(std::size_t rows, std::uint64_t seed) {
  RandomStream random({seed, Purpose::test, 8, 0});
  std::vector<float> values(rows * 8);
  for (std::size_t row = 0; row < rows; ++row) {
    for (const std::size_t j : columns.numbers()) values[row * 8 + j] = static_cast<float>(random.uniform());
    for (const auto& [first, last] : columns.groups()) values[row * 8 + first + random.below(last - first + 1)] = 1;
  }
  return values;
}

std::string tableak(int members, const char* labels = "known") {
  return std::string("method = \"tableak\"\nmembers = ") + std::to_string(members) + "\n" + categories +
         "[objective]\nname = \"cosine\"\n[solver]\nname = \"adam\"\niterations = 400\nlearning_rate = 0.06\nsign = "
         "true\nschedule = \"cosine\"\n[labels]\nname = \"" +
         labels + "\"\n";
}

ThreatModel knows_columns() {
  ThreatModel model = honest_but_curious();
  model.knows_table_columns = model.knows_labels = true;
  return model;
}

TEST(Tableak, RecoversATableAndNothingFromNoise) {
  RecordedRun run(tanh_mlp_toml, {8}, 10, fedsgd_toml, 4);
  const auto rows = table(4, 3);
  const KnownLabels labels{{1, 1, 4, 7}};
  const std::vector<double> deviation(8, 0.29);
  const Observation seen = run.observe_gradient(rows, labels.labels);
  const AttackResult found = run_attack(seen, knows_columns(), settings(tableak(6)), &labels);
  EXPECT_GT(feature_accuracy(found.inputs, wide(rows), columns, deviation), 0.94);
  ASSERT_EQ(found.rows.size(), 7u);
  EXPECT_EQ(found.chosen, 6u);
  EXPECT_EQ(found.rows[6].stopped, "pooled");
  const AttackResult noise = run_attack(noise_control(seen, 1), knows_columns(), settings(tableak(6)), &labels);
  EXPECT_LT(feature_accuracy(noise.inputs, wide(rows), columns, deviation), 0.8);
}

TEST(Tableak, RefusesWhatIsDeniedOrDoesNotFit) {
  RecordedRun run(tanh_mlp_toml, {8}, 10);
  const Observation seen = run.observe_gradient(table(1, 3), std::vector<std::int32_t>{1});
  ThreatModel blind = knows_columns();
  blind.knows_table_columns = false;
  expect_error([&] { run_attack(seen, blind, settings(tableak(1, "idlg"))); }, ErrorKind::configuration,
               {"attack on tables", "columns", "denies"});
  expect_error([&] { run_attack(seen, knows_columns(), settings(tableak(1, "joint"))); }, ErrorKind::configuration,
               {"joint"});
  RecordedRun narrow(tanh_mlp_toml, {6}, 10);
  const Observation short_rows = narrow.observe_gradient(random_inputs(6, 0, 1, 1), std::vector<std::int32_t>{1});
  expect_error([&] { run_attack(short_rows, knows_columns(), settings(tableak(1, "idlg"))); }, ErrorKind::configuration,
               {"categories", "6-7"});
  expect_error([] { settings("method = \"tableak\"\ncategories = [\"4:7\"]\n"); }, ErrorKind::configuration,
               {"categories", "4:7"});
}

}  // namespace
}  // namespace tacit::attacks
