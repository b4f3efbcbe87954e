#pragma once

#include <optional>
#include <string>
#include <vector>

namespace tacit::attacks::report {

/// One line of an IntervalChart: a share in [0, 1] with its interval, and the same of its control.
struct IntervalRow {
  std::string label;
  double value = 0, low = 0, high = 1;
  std::optional<double> control;  ///< drawn hollow
};

/// Rows under a title of their own.
struct IntervalGroup {
  std::string title;  ///< empty: none
  std::vector<IntervalRow> rows;
};

/// Shares with their intervals, one below the other.
struct IntervalChart {
  std::string title;
  std::string x_label;
  std::string control_label;  ///< what the hollow points are; empty: there are none
  std::vector<IntervalGroup> groups;
};

/// The chart as an inline SVG element: no script and nothing loaded, a text alternative, a tooltip for each point.
/// Colours come from the custom properties of the page, with defaults.
std::string render_interval_chart(const IntervalChart& chart);

}  // namespace tacit::attacks::report
