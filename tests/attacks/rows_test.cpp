#include <cmath>
#include <limits>

#include "attacks/rows/cell_summary.h"
#include "attacks/rows/raw_rows_csv.h"
#include "attacks/rows/scored_rows.h"
#include "attacks/rows/summary_tables.h"
#include "core/expect_error.h"

namespace tacit::attacks {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

RawRow row_of(std::string observation, std::size_t restart, bool chosen, double error, double score) {
  RawRow row;
  row.setting = {"2", "clip, to 1"};
  row.attack = "dlg";
  row.observation = std::move(observation);
  row.restart = restart;
  row.chosen = chosen;
  row.true_labels = {3};
  row.labels = {3};
  row.first_score = 7.5;
  row.score = score;
  row.zero_score = 2;
  row.iterations = 10;
  row.evaluations = 12;
  row.seconds = 0.25;
  row.stopped = "converged";
  row.examples = {{error * error, error, 20.0, 21.0, {}, true, false}};
  return row;
}

RawTable four_observations() {
  RawTable table{{"model.layers.0.qubits", "defence"}, {}};
  table.rows = {
      row_of("1", 0, true, 0.01, 1e-12),                                     // recovered
      row_of("1", 1, false, 1.0, 1e-3),  row_of("2", 0, false, 0.01, 1e-3),  // recovered, but the score prefers another
      row_of("2", 1, true, 1.0, 1e-12),                                      // which fits as well: ambiguous
      row_of("3", 0, true, 0.1, 1e-3),                                       // close
      row_of("3", 1, false, 1.0, 1e-2),  row_of("4", 0, true, 2.0, 1e-3),    // stuck
      row_of("4", 1, false, 1.0, 1e-2),
  };
  return table;
}

TEST(RawRows, SurviveTheirFile) {
  RawTable table = four_observations();
  table.rows[0].note = "A \"quoted\" note, of\ntwo lines";
  table.rows[1].examples[0] = {infinity, infinity, -infinity, {}, {}, {}, {}};
  table.rows[2].true_labels = {1, 2};
  table.rows[2].labels = {};
  table.rows[2].examples = {{0.1, 0.2, 1.5, {}, 0.5, true, {}}, {1.0 / 3, 0.25, {}, {}, -0.5, false, {}}};
  table.rows[3].test_accuracy = 0.1;
  table.rows[3].seen = Seen::noise;
  table.rows[4].score = infinity;
  table.rows.push_back(refused_row("algebraic", "needs one feature", {{0.5}, {1}}, {{1}, {}, false}));
  table.rows.back().setting = {"3", ""};
  const std::string csv = raw_rows_csv(table, {});
  const RawTable again = parse_raw_rows(csv, "rows.csv");
  EXPECT_EQ(again.axes, table.axes);
  ASSERT_EQ(again.rows.size(), table.rows.size());
  EXPECT_EQ(raw_rows_csv(again, {}), csv);
  EXPECT_EQ(again.rows[2].examples[1].mse, 1.0 / 3);
  EXPECT_EQ(again.rows[2].examples[0].identified, true);
  EXPECT_FALSE(again.rows[2].examples[1].psnr_db);
  EXPECT_TRUE(again.rows.back().refused());
  const std::string fields = raw_row_fields(table.rows[0], {});
  EXPECT_EQ(raw_row_fields(parse_raw_row_fields(fields, "store"), {}), fields);
}

TEST(RawRows, KeepHowManyEntriesAreRight) {
  RawTable table = four_observations();
  table.rows[0].examples[0].feature_accuracy = 0.75;
  table.rows[4].examples[0].feature_accuracy = 0.25;
  const RawTable again = parse_raw_rows(raw_rows_csv(table, {}), "rows.csv");
  EXPECT_EQ(again.rows[0].examples[0].feature_accuracy, 0.75);
  EXPECT_FALSE(again.rows[1].examples[0].feature_accuracy);
  const CellSummary cell = summarise(again, {})[0];
  EXPECT_EQ(cell.feature_accuracy->value, 0.5) << "the mean of two observations";
  EXPECT_NE(summaries_csv(table.axes, {cell}).find(",feature_accuracy,feature_accuracy_low,"), std::string::npos);
  EXPECT_NE(summaries_text(table.axes, {cell}, 200).find("50.0%"), std::string::npos);
}

/// Files and logs from before that column are still read.
TEST(RawRows, ReadAFileWithoutTheNewestColumn) {
  const RawTable table = four_observations();
  std::string csv = raw_rows_csv(table, {}), header = ",feature_accuracy";
  csv.erase(csv.find(header), header.size());
  for (std::size_t at = csv.find('\n'); (at = csv.find(",,\n", at)) != std::string::npos; ++at) csv.erase(at, 1);
  const RawTable again = parse_raw_rows(csv, "old.csv");
  EXPECT_EQ(raw_rows_csv(again, {}), raw_rows_csv(table, {}));
  std::string fields = raw_row_fields(table.rows[0], {});
  fields.pop_back();
  EXPECT_EQ(raw_row_fields(parse_raw_row_fields(fields, "old log"), {}), raw_row_fields(table.rows[0], {}));
}

TEST(RawRows, NameThePlaceOfWhatIsWrong) {
  const std::string csv = raw_rows_csv(four_observations(), {});
  const auto broken = [&](const std::string& what, const std::string& with) {
    std::string text = csv;
    text.replace(text.find(what), what.size(), with);
    return [text] { parse_raw_rows(text, "rows.csv"); };
  };
  expect_error(broken("7.5", "7,5"), ErrorKind::data, {"rows.csv:2", "28 fields", "27"});
  expect_error(broken("7.5", "seven"), ErrorKind::data, {"rows.csv:2", "first_score", "seven"});
  expect_error(broken("seen", "saw"), ErrorKind::data, {"rows.csv:1", "header"});
  expect_error(broken("update", "upset"), ErrorKind::data, {"rows.csv:2", "upset", "noise"});
  expect_error(broken(",21,", ",21 22,"), ErrorKind::data, {"registered_psnr_db", "2 values", "1 examples"});
  expect_error(broken("\"clip, to 1\"", "\"clip, to 1"), ErrorKind::data, {"rows.csv"});
  expect_error([] { parse_raw_rows("", "rows.csv"); }, ErrorKind::data, {"rows.csv", "empty"});
}

TEST(CellSummary, CountsOutcomesOfTheRunsThatTheAttackChose) {
  const std::vector<CellSummary> cells = summarise(four_observations(), {});
  ASSERT_EQ(cells.size(), 1u);
  const CellSummary& cell = cells[0];
  EXPECT_EQ(cell.observations, 4u);
  for (const Outcome outcome : {Outcome::recovered, Outcome::close, Outcome::ambiguous, Outcome::stuck})
    EXPECT_EQ(cell.count(outcome), 1u) << to_string(outcome);
  EXPECT_EQ(cell.recovered.value, 0.25);
  EXPECT_EQ(cell.recovered.interval.low, wilson_interval(1, 4).low);
  EXPECT_EQ(cell.run_success->value, 2.0 / 8) << "a run that was right counts though it was not chosen";
  EXPECT_EQ(cell.runs_per_success, 8);
  EXPECT_EQ(cell.evaluations_per_success, 96);
  EXPECT_EQ(cell.seconds_per_success, 2);
  EXPECT_EQ(cell.identified->value, 1);
  EXPECT_EQ(cell.identified_by_features->value, 0);
  EXPECT_EQ(cell.label_accuracy->value, 1);
  EXPECT_NEAR(cell.mse->value, (1e-4 + 1 + 0.01 + 4) / 4, 1e-12);
}

TEST(CellSummary, AppliesThresholdsAgain) {
  const RawTable table = parse_raw_rows(raw_rows_csv(four_observations(), {}), "rows.csv");
  const CellSummary strict = summarise(table, {.recovered_within = 0.001, .close_within = 0.05, .fit = 1e-14})[0];
  EXPECT_EQ(strict.count(Outcome::recovered), 0u);
  EXPECT_EQ(strict.count(Outcome::close), 1u);
  EXPECT_EQ(strict.count(Outcome::ambiguous), 0u) << "nothing fits that well";
  EXPECT_FALSE(strict.runs_per_success);
  EXPECT_EQ(summarise(table, {.recovered_within = 5, .close_within = 9, .fit = 1})[0].count(Outcome::recovered), 4u);
}

TEST(CellSummary, IsNotPoisonedByWhatIsNotFinite) {
  RawTable table = four_observations();
  table.rows[6].examples[0] = {infinity, infinity, -infinity, -infinity, {}, false, false};
  table.rows[0].examples[0].psnr_db = infinity;
  const CellSummary cell = summarise(table, {})[0];
  EXPECT_EQ(cell.diverged, 1u);
  EXPECT_EQ(cell.count(Outcome::stuck), 1u);
  EXPECT_NEAR(cell.mse->value, (1e-4 + 1 + 0.01) / 3, 1e-12);
  EXPECT_NEAR(cell.psnr_db->value, (200 + 20 + 20) / 3.0, 1e-12);
  EXPECT_TRUE(std::isfinite(cell.mse->interval.high));
}

TEST(CellSummary, ARefusalCountsAgainstTheAttack) {
  RawTable table = four_observations();
  table.rows.push_back(refused_row("dlg", "the update is zero", {{0.5}, {1}}, {{1}, {}, false}));
  table.rows.back().setting = table.rows[0].setting;
  const CellSummary cell = summarise(table, {})[0];
  EXPECT_EQ(cell.refused, 1u);
  EXPECT_TRUE(cell.ran());
  EXPECT_EQ(cell.recovered.value, 0.2);
  EXPECT_EQ(cell.note, "the update is zero");
}

TEST(CellSummary, TakesTheBatchAsOneTrial) {
  RawTable table{{}, {}};
  for (int i = 0; i < 5; ++i) {
    RawRow row = row_of(std::to_string(i), 0, true, 0, 1e-12);
    row.setting.clear();
    row.true_labels = {1, 2, 3, 4};
    row.examples = {{0, 0, {}, {}, {}, {}, {}}, {1, 1, {}, {}, {}, {}, {}}};  // two of four were reconstructed
    table.rows.push_back(row);
  }
  const CellSummary cell = summarise(table, {})[0];
  EXPECT_EQ(cell.examples, 20u);
  EXPECT_EQ(cell.recovered.value, 0.25);
  EXPECT_EQ(cell.recovered.interval.high, wilson_interval_of_rate(0.25, 5).high);
}

TEST(SummaryTables, GiveEveryCellALine) {
  RawTable table = four_observations();
  RawRow other = row_of("1", 0, true, 3, 1);
  other.setting[0] = "3";
  other.seen = Seen::noise;
  table.rows.push_back(other);
  table.rows.push_back(refused_row("algebraic", "needs one feature", {{0.5}, {1}}, {{1}, {}, false}));
  table.rows.back().setting = other.setting;
  const std::vector<CellSummary> cells = summarise(table, {});
  const std::string csv = summaries_csv(table.axes, cells);
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 4);
  const std::string header = csv.substr(0, csv.find('\n'));
  const std::string first = csv.substr(header.size() + 1, csv.find('\n', header.size() + 1) - header.size() - 1);
  EXPECT_EQ(std::count(header.begin(), header.end(), ',') + 1, std::count(first.begin(), first.end(), ','))
      << "one comma stands in a quoted field: " << first;
  const std::string text = summaries_text(table.axes, cells, 160);
  EXPECT_NE(text.find("defence = clip, to 1\n"), std::string::npos) << text;
  EXPECT_NE(text.find("dlg on noise"), std::string::npos) << text;
  EXPECT_NE(text.find("algebraic not run: needs one feature"), std::string::npos) << text;
  EXPECT_NE(text.find("1/4"), std::string::npos) << text;
}

TEST(ScoredRows, CountTheRightEntriesOfATable) {
  // A category of three features, and two numbers of deviations 1 and 0.1.
  const TableEntries table{TableColumns({{0, 2}}, 5), {0, 0, 0, 1, 0.1}};
  const GroundTruth truth{{0, 1, 0, 0.5, 0.5}, {1}};
  const Features features{{5}, Bounds{0, 1}, false};
  const auto guess = [&](std::vector<double> row) {
    return scored_guess("guess", row, {truth, features, nullptr, &table}).examples[0].feature_accuracy;
  };
  EXPECT_DOUBLE_EQ(*guess({0.2, 0.5, 0.3, 0.6, 0.52}), 1);
  EXPECT_DOUBLE_EQ(*guess({0.2, 0.3, 0.5, 0.6, 0.52}), 2.0 / 3);
  EXPECT_DOUBLE_EQ(*guess({0.2, 0.3, 0.5, 0.6, 0.6}), 1.0 / 3);
  EXPECT_FALSE(scored_guess("guess", truth.inputs, {truth, features}).examples[0].feature_accuracy);
}

TEST(ScoredRows, ScoreEveryRunAndSayWhichWasChosen) {
  AttackResult result;
  result.attack = "dlg";
  result.rows = {{0, {7}, {0.5, 0.5}, 3, 2, 10, 11, 0.1, "limit"}, {1, {4}, {0.1, 0.2}, 3, 1e-9, 20, 22, 0.2, "done"}};
  result.chosen = 1;
  result.zero_score = 5;
  result.notes = {"one", "two"};
  const GroundTruth truth{{0.1, 0.25}, {4}};
  const Features features{{2}, Bounds{0, 1}, false};
  const std::vector<RawRow> rows = scored_rows(result, true, {truth, features});
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_FALSE(rows[0].chosen);
  EXPECT_TRUE(rows[1].chosen);
  EXPECT_NEAR(rows[1].examples[0].largest_error, 0.05, 1e-15);
  EXPECT_EQ(rows[1].zero_score, 5);
  EXPECT_EQ(rows[1].note, "one two");
  EXPECT_EQ(rows[1].score, 1e-9);
  EXPECT_EQ(scored_rows(result, false, {truth, features})[1].score, 1e-9 * 1e-9) << "a residual is squared";
  EXPECT_EQ(rows[0].labels, (std::vector<std::int32_t>{7}));
  const RawRow grey = scored_guess("grey", std::vector<double>{0.5, 0.5}, {truth, features});
  EXPECT_NEAR(grey.examples[0].largest_error, 0.4, 1e-15);
  EXPECT_EQ(grey.seen, Seen::nothing);
}

}  // namespace
}  // namespace tacit::attacks
