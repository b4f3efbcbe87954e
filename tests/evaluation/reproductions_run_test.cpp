// Every registered paper, run at its tiny size.

#include <cmath>
#include <regex>
#include <set>

#include "core/error.h"
#include "core/expect_error.h"
#include "evaluation/reproduce/reproduction.h"

namespace tacit::evaluation {
namespace {

/// Papers that attack pictures or tables with a search, and so must show what their attack finds where nothing is.
const std::set<std::string_view> with_controls{"fishing", "inverting_gradients", "r_gap", "tableak", "learned"};

ReproductionControl tiny() {
  ReproductionControl control;
  control.quick = control.tiny = true;
  return control;
}

bool is_a_time(const ReproducedRow& row) {
  return std::regex_search(row.metric, std::regex("seconds|\\bms\\b"));
}

void expect_sound(const std::vector<ReproducedRow>& rows) {
  ASSERT_FALSE(rows.empty());
  std::set<std::string> keys;
  for (const ReproducedRow& row : rows) {
    const std::string key = row.table + " | " + row.setting + " | " + row.metric;
    EXPECT_TRUE(keys.insert(key).second) << key << " stands twice";
    EXPECT_FALSE(row.table.empty() || row.setting.empty() || row.metric.empty()) << key;
    for (const auto& value : {row.published, row.ours}) EXPECT_TRUE(!value || std::isfinite(*value)) << key;
    EXPECT_EQ(row.low.has_value(), row.high.has_value()) << key;
    if (row.low && row.ours) {
      // One trial has no spread: its interval is as wide as the line, or not a number.
      if (std::isnan(*row.low)) continue;
      EXPECT_LE(*row.low, *row.ours + 1e-12) << key;
      EXPECT_GE(*row.high, *row.ours - 1e-12) << key;
    }
    EXPECT_FALSE(row.published && row.note.empty()) << key << " says nothing of how it differs";
  }
}

class Reproduced : public ::testing::TestWithParam<std::size_t> {
 protected:
  const Reproduction& paper() const { return reproductions()[GetParam()]; }
};

TEST_P(Reproduced, GivesSoundRowsTheSameForOneAndTwoThreads) {
  ReproductionControl control = tiny();
  std::vector<double> progress;
  control.progress = [&](double share) { progress.push_back(share); };
  const std::vector<ReproducedRow> rows = paper().run(control);
  expect_sound(rows);
  ASSERT_FALSE(progress.empty());
  EXPECT_TRUE(std::is_sorted(progress.begin(), progress.end()));
  EXPECT_LE(progress.back(), 1 + 1e-9);
  const bool has_control = std::any_of(rows.begin(), rows.end(), [](const ReproducedRow& row) {
    return std::regex_search(row.setting + row.metric, std::regex("noise gradient|grey|mean and mode"));
  });
  EXPECT_TRUE(has_control || !with_controls.contains(paper().name)) << "no control";

  ThreadPool two(2);
  control.pool = &two;
  control.progress = nullptr;
  const std::vector<ReproducedRow> again = paper().run(control);
  ASSERT_EQ(again.size(), rows.size());
  const auto same = [](const std::optional<double>& a, const std::optional<double>& b) {
    return a == b || (a && b && std::isnan(*a) && std::isnan(*b));
  };
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const ReproducedRow &a = rows[i], &b = again[i];
    EXPECT_EQ(a.table + a.setting + a.metric + a.note, b.table + b.setting + b.metric + b.note);
    if (is_a_time(a)) continue;
    EXPECT_TRUE(same(a.ours, b.ours) && same(a.low, b.low) && same(a.high, b.high))
        << a.table << ", " << a.setting << ", " << a.metric << ": " << a.ours.value_or(NAN) << " and "
        << b.ours.value_or(NAN);
  }
}

TEST_P(Reproduced, StopsWhenItIsCancelled) {
  ReproductionControl control = tiny();
  std::size_t asked = 0;
  control.cancelled = [&] { return ++asked > 1; };
  expect_error([&] { paper().run(control); }, ErrorKind::interrupted, {"cancelled"});
}

INSTANTIATE_TEST_SUITE_P(Papers, Reproduced, ::testing::Range<std::size_t>(0, reproductions().size()),
                         [](const auto& tested) { return std::string(reproductions()[tested.param].name); });

}  // namespace
}  // namespace tacit::evaluation
