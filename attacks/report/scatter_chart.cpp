#include "attacks/report/scatter_chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "attacks/report/html_markup.h"
#include "attacks/report/text.h"

namespace tacit::attacks::report {
namespace {

constexpr double width = 480, left = 62, right = 464;
constexpr std::array<const char*, 6> colours = {"#2563b0", "#b45309", "#15803d", "#7c3aed", "#be123c", "#0f766e"};
constexpr const char* ink = "var(--ink,#1c2430)";
constexpr const char* muted = "var(--muted,#5b6675)";

/// Whole decades that hold all values.
struct Axis {
  double from, to;  ///< on the page
  double low = std::numeric_limits<double>::infinity(), high = -std::numeric_limits<double>::infinity();

  void include(double exponent) {
    low = std::min(low, std::floor(exponent));
    high = std::max(high, std::ceil(exponent));
  }
  void settle() {
    if (!(low < high)) low = std::isfinite(low) ? low - 1 : -1, high = low + 2;
  }
  double at(double exponent) const { return from + (exponent - low) / (high - low) * (to - from); }
  int step() const { return std::max(1, static_cast<int>(std::ceil((high - low) / 6))); }
};

double exponent_of(double value, double floor) {
  return std::log10(std::max(value, floor));
}

bool drawable(const std::pair<double, double>& point) {
  return std::isfinite(point.first) && std::isfinite(point.second);
}

std::string text(double x, double y, const char* anchor, const char* colour, std::string_view words,
                 const std::string& more = "") {
  return fmt::format(R"(<text x="{:.1f}" y="{:.1f}" text-anchor="{}" style="fill:{}"{}>{}</text>)", x, y, anchor,
                     colour, more, escape_html(words));
}

std::string grid(const ScatterChart& chart, const Axis& x, const Axis& y) {
  std::string svg = R"(<g aria-hidden="true" font-size="12">)";
  for (double decade = y.low; decade <= y.high; decade += y.step()) {
    svg += fmt::format(R"svg(<path d="M{:.1f} {:.1f}H{:.1f}" style="stroke:var(--line,#d9dee5)"/>)svg", left,
                       y.at(decade), right);
    svg += text(left - 8, y.at(decade) + 4, "end", muted, fmt::format("1e{:.0f}", decade));
  }
  for (double decade = x.low; decade <= x.high; decade += x.step())
    svg += text(x.at(decade), y.from + 18, "middle", muted, fmt::format("1e{:.0f}", decade));
  svg += text((left + right) / 2, y.from + 37, "middle", muted, chart.x_label);
  const double middle = (y.from + y.to) / 2;
  return svg +
         text(14, middle, "middle", muted, chart.y_label,
              fmt::format(R"svg( transform="rotate(-90 14 {:.1f})")svg", middle)) +
         "</g>";
}

/// Names of the series below the title; `bottom` is where they end.
std::string legend(const ScatterChart& chart, double& bottom) {
  if (chart.series.size() < 2) return "";
  std::string svg = R"(<g aria-hidden="true" font-size="12">)";
  double x = 12;
  bottom = 44;
  for (std::size_t i = 0; i < chart.series.size(); ++i) {
    const std::string name = wrap_text(clean_line(chart.series[i].name), 40).front();
    const double needed = 32 + 6.6 * static_cast<double>(display_width(name));
    if (x > 12 && x + needed > width) x = 12, bottom += 18;
    svg += fmt::format(R"svg(<circle cx="{:.1f}" cy="{:.1f}" r="4" style="fill:var(--series-{},{})"/>)svg", x + 4,
                       bottom - 4, i % 6 + 1, colours[i % 6]);
    svg += text(x + 14, bottom, "start", ink, name);
    x += needed;
  }
  return svg + "</g>";
}

}  // namespace

std::string render_scatter_chart(const ScatterChart& chart) {
  double legend_bottom = 26;
  const std::string names = legend(chart, legend_bottom);
  const double height = 280 + legend_bottom - 26;
  Axis x{left, right}, y{height - 44, legend_bottom + 16};
  std::size_t points = 0, left_out = 0;
  for (const Series& series : chart.series)
    for (const auto& point : series.points) {
      if (!drawable(point)) {
        ++left_out;
        continue;
      }
      ++points;
      x.include(exponent_of(point.first, chart.x_floor));
      y.include(exponent_of(point.second, chart.y_floor));
    }
  x.settle();
  y.settle();
  std::string svg = fmt::format(R"(<svg class="chart" viewBox="0 0 {:.0f} {:.0f}" role="img">)", width, height);
  svg += fmt::format("<title>{}</title><desc>{} against {}: {} points{}.</desc>", escape_html(chart.title),
                     escape_html(chart.y_label), escape_html(chart.x_label), points,
                     left_out > 0 ? fmt::format(", {} that are not finite left out", left_out) : "");
  svg += text(12, 20, "start", ink, chart.title, R"( font-size="14" font-weight="600" aria-hidden="true")");
  svg += names + grid(chart, x, y);
  for (std::size_t i = 0; i < chart.series.size(); ++i) {
    svg += fmt::format(R"svg(<g style="fill:var(--series-{},{})" fill-opacity="0.6">)svg", i % 6 + 1, colours[i % 6]);
    for (const auto& point : chart.series[i].points)
      if (drawable(point))
        svg +=
            fmt::format(R"(<circle cx="{:.1f}" cy="{:.1f}" r="2.6"/>)", x.at(exponent_of(point.first, chart.x_floor)),
                        y.at(exponent_of(point.second, chart.y_floor)));
    svg += "</g>";
  }
  if (points == 0) svg += text((left + right) / 2, height / 2, "middle", muted, "no data");
  return svg + "</svg>";
}

}  // namespace tacit::attacks::report
