#include "datasets/partition_summary.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numeric>

#include "core/error.h"
#include "datasets/target_bins.h"

namespace tacit::datasets {

namespace {

std::vector<std::size_t> totals(const PartitionSummary& summary) {
  std::vector<std::size_t> sums(summary.classes);
  for (const auto& counts : summary.counts)
    for (std::size_t label = 0; label < summary.classes; ++label) sums[label] += counts[label];
  return sums;
}

void append_line(std::string& table, const std::string& head, std::size_t size, const std::string& skew,
                 std::span<const std::size_t> counts) {
  auto out = std::back_inserter(table);
  fmt::format_to(out, "{:>8} {:>9} {:>6}", head, size, skew);
  for (const std::size_t count : counts) fmt::format_to(out, " {:>6}", count == 0 ? "." : std::to_string(count));
  table += '\n';
}

struct Canvas {
  static constexpr double cell = 26, left = 52, top = 16, bottom = 44, right = 16;
  std::size_t clients, classes;
  double x(std::size_t client) const { return left + (static_cast<double>(client) + 0.5) * cell; }
  double y(std::size_t label) const { return top + (static_cast<double>(classes - 1 - label) + 0.5) * cell; }
  double width() const { return left + static_cast<double>(clients) * cell + right; }
  double height() const { return top + static_cast<double>(classes) * cell + bottom; }
};

/// Every how manieth of `count` labels there is room for.
std::size_t label_step(std::size_t count) {
  std::size_t step = 1;
  while (count / step > 40) step *= step == 1 || step % 10 == 0 ? 5 : 2;
  return step;
}

void append_axes(std::string& svg, const Canvas& canvas) {
  auto out = std::back_inserter(svg);
  for (std::size_t client = 0; client < canvas.clients; client += label_step(canvas.clients))
    fmt::format_to(out, "<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">{}</text>\n", canvas.x(client),
                   canvas.height() - canvas.bottom + 16, client + 1);
  for (std::size_t label = 0; label < canvas.classes; label += label_step(canvas.classes))
    fmt::format_to(out, "<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>\n", canvas.left - 8,
                   canvas.y(label) + 4, label);
  fmt::format_to(out, "<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">client</text>\n",
                 canvas.left + static_cast<double>(canvas.clients) * Canvas::cell / 2, canvas.height() - 8);
  const double middle = canvas.top + static_cast<double>(canvas.classes) * Canvas::cell / 2;
  fmt::format_to(out, "<text transform=\"translate(14 {:.1f}) rotate(-90)\" text-anchor=\"middle\">class</text>\n",
                 middle);
}

}  // namespace

std::size_t PartitionSummary::size(std::size_t client) const {
  return std::accumulate(counts[client].begin(), counts[client].end(), std::size_t{0});
}

double PartitionSummary::label_skew(std::size_t client) const {
  const std::vector<std::size_t> all = totals(*this);
  const auto sum = static_cast<double>(std::accumulate(all.begin(), all.end(), std::size_t{0}));
  const auto own = static_cast<double>(size(client));
  if (own == 0) return 1;
  double distance = 0;
  for (std::size_t label = 0; label < classes; ++label)
    distance += std::abs(static_cast<double>(counts[client][label]) / own - static_cast<double>(all[label]) / sum);
  return distance / 2;
}

namespace {

/// Of parts with real-valued targets.
PartitionSummary summarise_bins(std::span<const Dataset> parts) {
  constexpr std::size_t bins = 10;
  std::vector<float> first;
  for (const Dataset& part : parts) {
    if (!part.is_regression()) fail(ErrorKind::usage, "some clients have real-valued targets, others labels");
    for (std::size_t i = 0; i < part.size(); ++i) first.push_back(part.targets[i * part.target_size]);
  }
  const std::vector<std::int32_t> numbers = quantile_bins(first, bins);
  PartitionSummary summary{bins, {}};
  auto next = numbers.begin();
  for (const Dataset& part : parts) {
    summary.counts.emplace_back(bins);
    for (std::size_t i = 0; i < part.size(); ++i) ++summary.counts.back().at(static_cast<std::size_t>(*next++));
  }
  return summary;
}

}  // namespace

PartitionSummary summarise(std::span<const Dataset> parts) {
  if (parts.empty()) fail(ErrorKind::usage, "a partition without clients cannot be summarised");
  if (parts.front().is_regression()) return summarise_bins(parts);
  PartitionSummary summary{parts.front().classes, {}};
  for (const Dataset& part : parts) {
    if (part.classes != summary.classes)
      fail(ErrorKind::usage, "client {} has {} classes, the first one {}", summary.clients(), part.classes,
           summary.classes);
    summary.counts.emplace_back(summary.classes);
    for (const std::int32_t label : part.labels) ++summary.counts.back().at(static_cast<std::size_t>(label));
  }
  return summary;
}

std::string to_table(const PartitionSummary& summary, std::size_t max_classes) {
  const std::size_t shown = std::min(summary.classes, max_classes);
  std::string table = fmt::format("{:>8} {:>9} {:>6}", "client", "examples", "skew");
  for (std::size_t label = 0; label < shown; ++label) table += fmt::format(" {:>6}", label);
  table += shown < summary.classes ? fmt::format("   and {} more classes\n", summary.classes - shown) : "\n";
  for (std::size_t client = 0; client < summary.clients(); ++client)
    append_line(table, std::to_string(client + 1), summary.size(client),
                fmt::format("{:.2f}", summary.label_skew(client)), std::span(summary.counts[client]).first(shown));
  const std::vector<std::size_t> all = totals(summary);
  append_line(table, "all", std::accumulate(all.begin(), all.end(), std::size_t{0}), "", std::span(all).first(shown));
  return table;
}

std::string to_bubble_chart(const PartitionSummary& summary) {
  const Canvas canvas{summary.clients(), summary.classes};
  std::size_t largest = 1;
  for (const auto& counts : summary.counts)
    largest = std::max(largest, *std::max_element(counts.begin(), counts.end()));
  std::string svg = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0:.0f} {1:.0f}\" width=\"{0:.0f}\" height=\"{1:.0f}\" "
      "role=\"img\" font-family=\"sans-serif\" font-size=\"12\" fill=\"#5b6472\">\n<title>Examples of each class that "
      "each client holds; the largest bubble stands for {2}</title>\n",
      canvas.width(), canvas.height(), largest);
  append_axes(svg, canvas);
  for (std::size_t client = 0; client < summary.clients(); ++client)
    for (std::size_t label = 0; label < summary.classes; ++label) {
      const std::size_t count = summary.counts[client][label];
      if (count == 0) continue;
      const double radius = 0.48 * Canvas::cell * std::sqrt(static_cast<double>(count) / static_cast<double>(largest));
      svg += fmt::format(
          "<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"{:.2f}\" fill=\"#3b7dd8\" fill-opacity=\"0.75\"><title>client {}, "
          "class "
          "{}: {}</title></circle>\n",
          canvas.x(client), canvas.y(label), std::max(radius, 0.6), client + 1, label, count);
    }
  return svg + "</svg>\n";
}

}  // namespace tacit::datasets
