#include <limits>

#include "attacks/report/interval_chart.h"
#include "attacks/report/scatter_chart.h"

namespace tacit::attacks::report {
namespace {

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos; at += part.size()) ++found;
  return found;
}

TEST(IntervalChart, DrawsEveryRowWithItsControlAndSaysItInWords) {
  const std::string svg =
      render_interval_chart({"Recovered",
                             "share",
                             "on noise",
                             {{"batch <1>", {{"dlg", 0.5, 0.25, 0.75, 0.0}, {"analytic", 1, 0.8, 1, {}}}}}});
  EXPECT_EQ(count(svg, "r=\"4.5\" style=\"fill:"), 3u) << "two rows and the key";
  EXPECT_EQ(count(svg, "r=\"4.5\" fill=\"none\""), 2u) << "one control and the key";
  EXPECT_NE(svg.find("batch &lt;1&gt;, dlg: 50.0%, 25.0% to 75.0%; on noise 0.0%."), std::string::npos) << svg;
  EXPECT_EQ(svg.find("<1>"), std::string::npos);
  EXPECT_EQ(count(svg, "<g"), count(svg, "</g>"));
}

TEST(IntervalChart, PlacesShares) {
  const std::string svg = render_interval_chart({"t", "x", "", {{"", {{"half", 0.5, 0, 1, {}}}}}});
  // Labels take 270 of 760 points, 24 remain on the right: the middle of the rest is 503.
  EXPECT_NE(svg.find("<circle cx=\"503.0\""), std::string::npos) << svg;
  EXPECT_NE(svg.find("M270.0 "), std::string::npos);
  EXPECT_NE(svg.find("H736.0"), std::string::npos);
}

TEST(ScatterChart, HasAPlaceForZeroAndNoneForInfinity) {
  const double infinity = std::numeric_limits<double>::infinity();
  const std::string svg = render_scatter_chart(
      {"Fit", "score", "error", 1e-4, 1e-4, {{"a", {{0, 0}, {1, 1}, {infinity, 1}}}, {"b", {{0.01, 0.01}}}}});
  EXPECT_EQ(count(svg, "r=\"2.6\""), 3u);
  EXPECT_NE(svg.find("3 points, 1 that are not finite left out"), std::string::npos) << svg;
  // The floors are the lower left corner, 1 the upper right, 0.01 the middle.
  EXPECT_NE(svg.find("<circle cx=\"62.0\""), std::string::npos);
  EXPECT_NE(svg.find("<circle cx=\"464.0\""), std::string::npos);
  EXPECT_NE(svg.find("<circle cx=\"263.0\""), std::string::npos);
  EXPECT_EQ(svg.find("=\"inf"), std::string::npos);
}

TEST(ScatterChart, WithoutPointsSaysSo) {
  EXPECT_NE(render_scatter_chart({"Fit", "score", "error", 1e-4, 1e-4, {}}).find("no data"), std::string::npos);
}

}  // namespace
}  // namespace tacit::attacks::report
