#pragma once

#include <string>
#include <vector>

#include "attacks/report/line_chart.h"

namespace tacit::attacks::report {

/// Points on two logarithmic axes. Values below the floors are drawn on them, so that an exact result has a place; what
/// is not finite is left out and counted in the text alternative.
struct ScatterChart {
  std::string title, x_label, y_label;
  double x_floor = 1e-16, y_floor = 1e-8;
  std::vector<Series> series;
};

/// The chart as an inline SVG element, like render_line_chart.
std::string render_scatter_chart(const ScatterChart& chart);

}  // namespace tacit::attacks::report
