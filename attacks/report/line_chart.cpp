#include "attacks/report/line_chart.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "attacks/report/html_markup.h"
#include "attacks/report/number_format.h"
#include "attacks/report/text.h"

namespace tacit::attacks::report {
namespace {

constexpr double kBeyond = 1e100;
constexpr std::size_t kStyles = 6;
constexpr std::size_t kMostMarkers = 120;
constexpr std::array<const char*, kStyles> kColours = {"#2563b0", "#b45309", "#15803d",
                                                       "#7c3aed", "#be123c", "#0f766e"};
constexpr std::array<const char*, kStyles> kDashes = {"none", "7 3", "2 3", "9 3 2 3", "12 4", "4 2"};
constexpr double kCharacterWidth = 6.6;
constexpr double kLegendRow = 18;

using Point = std::pair<double, double>;

bool drawable(const Point& point) {
  return std::abs(point.first) < kBeyond && std::abs(point.second) < kBeyond;
}

struct Range {
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();
  void include(double value) {
    low = std::min(low, value);
    high = std::max(high, value);
  }
  bool empty() const { return low > high; }
};

// Where the plot lies in the drawing, and what it spans in data units.
struct Frame {
  double left, right, top, bottom;
  std::vector<double> x_ticks, y_ticks;

  double x(double value) const {
    return left + (value - x_ticks.front()) / (x_ticks.back() - x_ticks.front()) * (right - left);
  }
  double y(double value) const {
    return bottom - (value - y_ticks.front()) / (y_ticks.back() - y_ticks.front()) * (bottom - top);
  }
};

struct LegendEntry {
  std::string name;
  double x, y;
};

std::vector<LegendEntry> place_legend(const LineChart& chart) {
  std::vector<LegendEntry> entries;
  if (chart.series.size() < 2) return entries;
  double x = 12;
  double y = 44;
  for (const Series& series : chart.series) {
    const std::string name = wrap_text(clean_line(series.name), 40).front();
    const double width = 38 + kCharacterWidth * static_cast<double>(display_width(name)) + 14;
    if (x > 12 && x + width > chart.width) {
      x = 12;
      y += kLegendRow;
    }
    entries.push_back({name, x, y});
    x += width;
  }
  return entries;
}

Frame frame_for(const LineChart& chart, double legend_bottom) {
  Range x_range;
  Range y_range;
  for (const Series& series : chart.series)
    for (const Point& point : series.points)
      if (drawable(point)) {
        x_range.include(point.first);
        y_range.include(point.second);
      }
  if (x_range.empty()) x_range = {0, 1};
  if (y_range.empty()) y_range = {0, 1};
  if (chart.y_is_fraction) y_range.include(y_range.low >= 0.5 ? 0.5 : 0);
  Frame frame{58,
              chart.width - 16.0,
              legend_bottom + 16,
              chart.height - 44.0,
              nice_ticks(x_range.low, x_range.high, 6, true),
              nice_ticks(y_range.low, y_range.high, 5, false)};
  return frame;
}

std::string label_of(double tick, double step, bool fraction) {
  if (std::abs(tick) < step * 1e-6) tick = 0;
  if (fraction) return fmt::format("{:.{}f}%", tick * 100, step < 0.0099 ? 1 : 0);
  if (std::abs(tick) >= 1e5 || step < 1e-4) return format_number(tick);
  const int decimals = std::clamp(static_cast<int>(std::ceil(-std::log10(step) - 1e-9)), 0, 6);
  // Steps of 2.5 need one more.
  const bool finer = std::abs(std::remainder(step * std::pow(10, decimals), 1.0)) > 1e-6;
  return fmt::format("{:.{}f}", tick, decimals + (finer ? 1 : 0));
}

std::string text(double x, double y, const char* anchor, const char* colour, const std::string& words,
                 const char* more = "") {
  return fmt::format(R"(<text x="{:.1f}" y="{:.1f}" text-anchor="{}" style="fill:{}"{}>{}</text>)", x, y, anchor,
                     colour, more, escape_html(words));
}

constexpr const char* kInk = "var(--ink,#1c2430)";
constexpr const char* kMuted = "var(--muted,#5b6675)";

std::string axes(const LineChart& chart, const Frame& frame) {
  std::string svg = R"(<g aria-hidden="true" font-size="12">)";
  const double x_step = frame.x_ticks[1] - frame.x_ticks[0];
  const double y_step = frame.y_ticks[1] - frame.y_ticks[0];
  for (const double tick : frame.y_ticks) {
    svg += fmt::format(R"svg(<path d="M{:.1f} {:.1f}H{:.1f}" style="stroke:var(--line,#d9dee5)"/>)svg", frame.left,
                       frame.y(tick), frame.right);
    svg += text(frame.left - 8, frame.y(tick) + 4, "end", kMuted, label_of(tick, y_step, chart.y_is_fraction));
  }
  for (const double tick : frame.x_ticks)
    svg += text(frame.x(tick), frame.bottom + 18, "middle", kMuted, label_of(tick, x_step, false));
  svg += text((frame.left + frame.right) / 2, frame.bottom + 37, "middle", kMuted, chart.x_label);
  const double middle = (frame.top + frame.bottom) / 2;
  svg += text(14, middle, "middle", kMuted, chart.y_label,
              fmt::format(R"svg( transform="rotate(-90 14 {:.1f})")svg", middle).c_str());
  return svg + "</g>";
}

std::string line_style(std::size_t index) {
  const std::size_t style = index % kStyles;
  return fmt::format("stroke:var(--series-{},{});stroke-dasharray:{}", style + 1, kColours[style], kDashes[style]);
}

std::string line_of(const Series& series, std::size_t index, const Frame& frame) {
  std::string path;
  bool connected = false;
  for (const Point& point : series.points) {
    if (drawable(point))
      path += fmt::format("{}{:.2f} {:.2f}", connected ? "L" : "M", frame.x(point.first), frame.y(point.second));
    connected = drawable(point);
  }
  if (path.empty()) return "";
  return fmt::format(R"(<path d="{}" fill="none" stroke-width="2" stroke-linejoin="round" style="{}"/>)", path,
                     line_style(index));
}

std::string markers_of(const LineChart& chart, const Series& series, std::size_t index, const Frame& frame) {
  const std::size_t style = index % kStyles;
  const double radius = series.points.size() > kMostMarkers ? 1.0 : 2.6;
  std::string svg = fmt::format(R"svg(<g style="fill:var(--series-{},{})">)svg", style + 1, kColours[style]);
  for (const auto& [x, y] : series.points) {
    if (!drawable({x, y})) continue;
    const std::string value = chart.y_is_fraction ? format_percent(y) : format_number(y);
    svg +=
        fmt::format(R"(<circle cx="{:.2f}" cy="{:.2f}" r="{:.1f}"><title>{}</title></circle>)", frame.x(x), frame.y(y),
                    radius, escape_html(fmt::format("{}: {} {}, {}", series.name, chart.x_label, x, value)));
  }
  return svg + "</g>";
}

std::string legend(const std::vector<LegendEntry>& entries) {
  std::string svg = R"(<g aria-hidden="true" font-size="12">)";
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const LegendEntry& entry = entries[i];
    svg += fmt::format(R"(<path d="M{:.1f} {:.1f}h30" fill="none" stroke-width="2" style="{}"/>)", entry.x, entry.y - 4,
                       line_style(i));
    svg += text(entry.x + 36, entry.y, "start", kInk, entry.name);
  }
  return svg + "</g>";
}

// What the chart says, for those who cannot see it.
std::string description(const LineChart& chart) {
  std::string words = chart.y_label + " by " + chart.x_label + ".";
  for (const Series& series : chart.series) {
    std::vector<Point> points;
    std::copy_if(series.points.begin(), series.points.end(), std::back_inserter(points), drawable);
    const auto value = [&](double y) { return chart.y_is_fraction ? format_percent(y) : format_number(y); };
    words += points.empty() ? fmt::format(" {}: no data.", series.name)
                            : fmt::format(" {}: from {} at {} to {} at {}.", series.name, value(points.front().second),
                                          points.front().first, value(points.back().second), points.back().first);
  }
  return words;
}

}  // namespace

std::string render_line_chart(const LineChart& chart) {
  const std::vector<LegendEntry> entries = place_legend(chart);
  const Frame frame = frame_for(chart, entries.empty() ? 26 : entries.back().y);
  std::string svg = fmt::format(R"(<svg class="chart" viewBox="0 0 {} {}" role="img">)", chart.width, chart.height);
  svg += fmt::format("<title>{}</title><desc>{}</desc>", escape_html(chart.title), escape_html(description(chart)));
  svg += text(12, 20, "start", kInk, chart.title, R"( font-size="14" font-weight="600" aria-hidden="true")");
  svg += legend(entries) + axes(chart, frame);
  bool any = false;
  for (std::size_t i = 0; i < chart.series.size(); ++i) {
    const std::string line = line_of(chart.series[i], i, frame);
    if (line.empty()) continue;
    any = true;
    svg += line + markers_of(chart, chart.series[i], i, frame);
  }
  if (!any) svg += text((frame.left + frame.right) / 2, (frame.top + frame.bottom) / 2, "middle", kMuted, "no data");
  return svg + "</svg>";
}

}  // namespace tacit::attacks::report
