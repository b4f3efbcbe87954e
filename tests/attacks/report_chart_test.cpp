#include <limits>
#include <set>

#include "attacks/report/line_chart.h"
#include "attacks/report_markup.h"
#include "core/random.h"

namespace tacit::attacks::report {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

LineChart sample_chart() {
  LineChart chart{"Accuracy & <more>", "round", "test accuracy", {{"MLP", {}}, {"V<Q>C", {}}}, true};
  for (int round = 1; round <= 20; ++round) {
    chart.series[0].points.emplace_back(round, 0.5 + 0.02 * round);
    chart.series[1].points.emplace_back(round, 0.3 + 0.01 * round);
  }
  return chart;
}

TEST(LineChart, ShowsEveryPointInsideTheDrawing) {
  const LineChart chart = sample_chart();
  const std::string svg = render_line_chart(chart);
  EXPECT_EQ(count(svg, "<circle "), 40u);
  for (const std::string axis : {"cx", "cy"}) {
    const std::vector<double> places = attribute_numbers(svg, axis);
    ASSERT_EQ(places.size(), 40u);
    for (const double place : places) {
      EXPECT_GE(place, 0);
      EXPECT_LE(place, axis == "cx" ? chart.width : chart.height);
    }
  }
  for (int round = 1; round <= 20; ++round)
    EXPECT_NE(svg.find(fmt::format("MLP: round {}, ", round)), std::string::npos);
}

// Higher values lie higher, and equal steps are equal distances.
TEST(LineChart, PlacesAreLinearInTheData) {
  const LineChart chart{"t", "x", "y", {{"s", {{0, 1}, {1, 3}, {2, 5}, {4, 9}}}}};
  const std::string svg = render_line_chart(chart);
  const std::vector<double> x = attribute_numbers(svg, "cx");
  const std::vector<double> y = attribute_numbers(svg, "cy");
  ASSERT_EQ(x.size(), 4u);
  EXPECT_GT(x[1], x[0]);
  EXPECT_LT(y[1], y[0]);
  EXPECT_NEAR(x[3] - x[2], 2 * (x[1] - x[0]), 0.05);
  EXPECT_NEAR(y[3] - y[2], 2 * (y[1] - y[0]), 0.05);
}

TEST(LineChart, IsWellFormedAndEscaped) {
  const std::string svg = render_line_chart(sample_chart());
  EXPECT_EQ(markup_fault(svg), "");
  EXPECT_EQ(svg.find("<Q>"), std::string::npos);
  EXPECT_NE(svg.find("Accuracy &amp; &lt;more&gt;"), std::string::npos);
  EXPECT_NE(svg.find("role=\"img\""), std::string::npos);
}

TEST(LineChart, LeavesOutWhatIsNotFiniteAndBreaksTheLineThere) {
  const LineChart chart{"t", "x", "y", {{"s", {{1, 1}, {2, kNan}, {3, 2}, {4, kInfinity}, {5, 1e300}, {6, 3}}}}};
  const std::string svg = render_line_chart(chart);
  EXPECT_EQ(count(svg, "<circle "), 3u);
  EXPECT_EQ(svg.find("nan"), std::string::npos);
  EXPECT_EQ(svg.find("inf"), std::string::npos);
  const std::size_t line = svg.find("fill=\"none\" stroke-width=\"2\"");
  const std::size_t start = svg.rfind("<path d=\"", line);
  EXPECT_EQ(count(svg.substr(start, line - start), "M"), 3u);
}

TEST(LineChart, OfNothingOrOnePointIsStillAChart) {
  for (const std::vector<std::pair<double, double>>& points :
       {std::vector<std::pair<double, double>>{}, {{kNan, kNan}}, {{5, 0.25}}, {{0, 0}}, {{1, 1e-300}, {2, -1e-300}}}) {
    const std::string svg = render_line_chart({"t", "x", "y", {{"s", points}}});
    EXPECT_EQ(markup_fault(svg), "");
    EXPECT_EQ(svg.find("nan"), std::string::npos);
    EXPECT_EQ(svg.find("inf"), std::string::npos);
  }
  EXPECT_NE(render_line_chart({"t", "x", "y", {}}).find("no data"), std::string::npos);
}

TEST(AxisTicks, AreRound) {
  EXPECT_EQ(nice_ticks(0, 1, 5, false).size(), 6u);
  EXPECT_NEAR(nice_ticks(0, 1, 5, false)[1], 0.2, 1e-12);
  EXPECT_EQ(nice_ticks(1, 20, 6, true), (std::vector<double>{0, 5, 10, 15, 20}));
  EXPECT_EQ(nice_ticks(1, 3, 6, true), (std::vector<double>{1, 2, 3}));
}

TEST(AxisTicks, CoverAnyRangeInFewSteps) {
  RandomStream random({.seed = 5});
  for (int trial = 0; trial < 2000; ++trial) {
    const double scale = std::pow(10.0, random.uniform(-30, 30));
    const double low = scale * random.normal();
    const double high = low + scale * random.uniform();
    const bool whole = trial % 2 == 0;
    const std::vector<double> ticks = nice_ticks(low, high, 5, whole);
    const double slack = 1e-6 * (ticks[1] - ticks[0]);
    ASSERT_GE(ticks.size(), 2u);
    ASSERT_LE(ticks.size(), 8u);
    ASSERT_LE(ticks.front(), low + slack);
    ASSERT_GE(ticks.back(), high - slack);
    for (const double tick : ticks) ASSERT_TRUE(!whole || tick == std::round(tick)) << tick;
  }
}

}  // namespace
}  // namespace tacit::attacks::report
