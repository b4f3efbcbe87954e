#pragma once

#include <string>
#include <utility>
#include <vector>

namespace tacit::attacks::report {

/// One line: (x, y) in increasing x. A point that is not finite, or beyond 1e100, interrupts the line.
struct Series {
  std::string name;
  std::vector<std::pair<double, double>> points;
};

struct LineChart {
  std::string title;
  std::string x_label;
  std::string y_label;
  std::vector<Series> series;
  bool y_is_fraction = false;  ///< label the y axis in percent, from 0 to 100 % at most
  unsigned width = 480;        ///< of the view box; the drawing scales to the width of its container
  unsigned height = 280;
};

/// The chart as an inline SVG element: axes with round ticks, a legend where there are several series, a text
/// alternative, a tooltip for each point. No script and nothing loaded. Colours come from the custom properties
/// --series-1 to --series-6,
/// --ink, --muted and --line of the page, with defaults; lines differ in their dashes too.
std::string render_line_chart(const LineChart& chart);

/// Round tick positions that cover [low, high], low first: multiples of 1, 2, 2.5 or 5 times a power of ten, about
/// `target` of them; whole numbers only if `whole`. An empty range is widened around its value.
std::vector<double> nice_ticks(double low, double high, unsigned target, bool whole);

}  // namespace tacit::attacks::report
