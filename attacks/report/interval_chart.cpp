#include "attacks/report/interval_chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "attacks/report/html_markup.h"
#include "attacks/report/number_format.h"
#include "attacks/report/text.h"

namespace tacit::attacks::report {
namespace {

constexpr double width = 760, label_width = 270, right = 24, row_height = 22, top = 58;
constexpr std::size_t label_columns = 40;

double x_of(double share) {
  return label_width + std::clamp(share, 0.0, 1.0) * (width - label_width - right);
}

std::string text(double x, double y, const char* anchor, const char* colour, std::string_view words,
                 const char* more = "") {
  return fmt::format(R"(<text x="{:.1f}" y="{:.1f}" text-anchor="{}" style="fill:{}"{}>{}</text>)", x, y, anchor,
                     colour, more, escape_html(words));
}

constexpr const char* ink = "var(--ink,#1c2430)";
constexpr const char* muted = "var(--muted,#5b6675)";

std::string words_of(const IntervalChart& chart, const IntervalRow& row) {
  std::string words = fmt::format("{}: {}, {} to {}", row.label, format_percent(row.value), format_percent(row.low),
                                  format_percent(row.high));
  if (row.control) words += fmt::format("; {} {}", chart.control_label, format_percent(row.control));
  return words;
}

std::string drawn(const IntervalChart& chart, const IntervalRow& row, double y) {
  std::string svg = text(label_width - 10, y + 4, "end", ink, wrap_text(clean_line(row.label), label_columns).front());
  svg += fmt::format("<g><title>{}</title>", escape_html(words_of(chart, row)));
  // Wide and unseen, so that a pointer finds it.
  svg += fmt::format(R"(<rect x="{0:.1f}" y="{1:.1f}" width="{2:.1f}" height="{3}" fill="none" pointer-events="all"/>)",
                     label_width, y - row_height / 2, width - label_width - right, row_height);
  svg += fmt::format(R"svg(<path d="M{0:.1f} {2:.1f}H{1:.1f}M{0:.1f} {3:.1f}v8M{1:.1f} {3:.1f}v8" )svg"
                     R"svg(style="stroke:var(--series-1,#2563b0)" stroke-width="2" fill="none"/>)svg",
                     x_of(row.low), x_of(row.high), y, y - 4);
  if (row.control)
    svg += fmt::format(R"svg(<circle cx="{:.1f}" cy="{:.1f}" r="4.5" fill="none" stroke-width="2" )svg"
                       R"svg(style="stroke:var(--series-2,#b45309)"/>)svg",
                       x_of(*row.control), y);
  svg += fmt::format(R"svg(<circle cx="{:.1f}" cy="{:.1f}" r="4.5" style="fill:var(--series-1,#2563b0)"/>)svg",
                     x_of(row.value), y);
  return svg + "</g>";
}

std::string key(const IntervalChart& chart) {
  if (chart.control_label.empty()) return "";
  return fmt::format(R"svg(<circle cx="18" cy="40" r="4.5" style="fill:var(--series-1,#2563b0)"/>)svg") +
         text(30, 44, "start", muted, "attack, with 95 % interval") +
         R"svg(<circle cx="218" cy="40" r="4.5" fill="none" stroke-width="2" style="stroke:var(--series-2,#b45309)"/>)svg" +
         text(230, 44, "start", muted, chart.control_label);
}

}  // namespace

std::string render_interval_chart(const IntervalChart& chart) {
  std::string body, words;
  double y = top + row_height / 2;
  for (const IntervalGroup& group : chart.groups) {
    if (!group.title.empty()) {
      body += text(12, y + 4, "start", muted, wrap_text(clean_line(group.title), 90).front(),
                   R"( font-weight="600" font-size="12")");
      y += row_height;
    }
    for (const IntervalRow& row : group.rows) {
      body += drawn(chart, row, y);
      words += fmt::format(" {}{}.", group.title.empty() ? "" : group.title + ", ", words_of(chart, row));
      y += row_height;
    }
    y += 6;
  }
  const double bottom = y - row_height / 2;
  std::string axis = R"(<g aria-hidden="true" font-size="12">)";
  for (int tick = 0; tick <= 100; tick += 25) {
    const double x = x_of(tick / 100.0);
    axis +=
        fmt::format(R"svg(<path d="M{:.1f} {:.1f}V{:.1f}" style="stroke:var(--line,#d9dee5)"/>)svg", x, top, bottom);
    axis += text(x, bottom + 18, "middle", muted, fmt::format("{}%", tick));
  }
  axis += text((label_width + width - right) / 2, bottom + 37, "middle", muted, chart.x_label) + "</g>";
  return fmt::format(
             R"(<svg class="chart wide" style="max-width:60rem" viewBox="0 0 {:.0f} {:.0f}" role="img" font-size="12.5">)",
             width, bottom + 48) +
         fmt::format("<title>{}</title><desc>{}.{}</desc>", escape_html(chart.title), escape_html(chart.x_label),
                     escape_html(words)) +
         text(12, 20, "start", ink, chart.title, R"( font-size="14" font-weight="600" aria-hidden="true")") +
         key(chart) + axis + body + "</svg>";
}

}  // namespace tacit::attacks::report
