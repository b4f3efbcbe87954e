#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "cli/circuit_explain.h"
#include "cli/counted.h"

namespace tacit::cli {
namespace {

constexpr std::size_t most_passes = 40;
constexpr double width = 760, label_width = 130, bar_height = 16, row_height = 24;

constexpr const char* style =
    "<style>text{font:12px 'DejaVu Sans',Verdana,sans-serif;fill:#7d8590}.t{font-size:14px}.e{text-anchor:end}"
    ".l{fill:#3f76c4}.f{fill:#3c9a5f}.u{fill:#9aa1a9}.o{fill:#3f76c4}.b{fill:#d1762a}"
    "</style>\n";

struct Bar {
  std::string label, operations_text, bytes_text;
  double operations, bytes;
};

/// "63.8", "12.1 million".
std::string number_text(double number) {
  const char* const units[] = {"", " thousand", " million", " billion"};
  std::size_t unit = 0;
  for (; number >= 1000 && unit + 1 < std::size(units); ++unit) number /= 1000;
  return fmt::format("{:.3g}{}", number, units[unit]);
}

std::string text_at(double x, double y, const std::string& text, const char* kind = "") {
  return fmt::format("<text class=\"{}\" x=\"{:.1f}\" y=\"{:.1f}\" dy=\"0.35em\">{}</text>\n", kind, x, y, text);
}

std::string box(double x, double y, double length, const char* kind, const std::string& title) {
  return fmt::format(
      "<rect class=\"{}\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{}\" rx=\"2\"><title>{}</title></rect>\n",
      kind, x, y - bar_height / 2, length, bar_height, title);
}

/// One bar, split by what became of the rotations that the gates consist of.
std::string rotations_picture(const quantum_sim::CompileSummary& summary, double y) {
  struct Part {
    std::size_t count;
    const char *kind, *what;
  };
  const Part parts[] = {{summary.rotations, "l", "left to execute"},
                        {summary.rotations_absorbed, "f", "absorbed or merged"},
                        {summary.rotations_unseen, "u", "unseen by the outputs"}};
  const auto all = static_cast<double>(std::max<std::size_t>(summary.rotations_of_gates, 1));
  std::string text = text_at(
      16, y,
      fmt::format("{}, which are {}", counted(summary.gates, "gate"), counted(summary.rotations_of_gates, "rotation")),
      "t");
  double at = 16, legend = 16;
  for (const Part& part : parts) {
    const double length = (width - 32) * static_cast<double>(part.count) / all;
    const std::string what = fmt::format("{} {}", part.count, part.what);
    if (part.count > 0) text += box(at, y + row_height, length, part.kind, what);
    at += length;
    text += fmt::format("<circle class=\"{}\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"5\"/>", part.kind, legend + 5,
                        y + 2 * row_height);
    text += text_at(legend + 16, y + 2 * row_height, what);
    legend += 240;
  }
  return text;
}

std::vector<Bar> bars_of(const Plan& plan) {
  std::vector<Bar> bars;
  if (plan.state) {
    for (const auto& pass : plan.state->passes)
      bars.push_back({fmt::format("pass {}", bars.size() + 1), number_text(pass.operations), bytes_text(pass.bytes),
                      pass.operations, pass.bytes});
    return bars;
  }
  for (const auto& [name, pass] : passes_of(*plan.batch)) {
    std::string label = name;
    std::replace(label.begin(), label.end(), '_', ' ');
    const auto bytes = static_cast<double>(pass->bytes);
    bars.push_back({label, number_text(pass->operations_per_row),
                    fmt::format("{} ({})", bytes_text(bytes), quantum_sim::nearest_cache(pass->bytes)),
                    pass->operations_per_row, bytes});
  }
  return bars;
}

/// Two columns of bars side by side, each to its own scale.
std::string passes_picture(const std::vector<Bar>& bars, const char* operations_title, const char* bytes_title,
                           double y) {
  const double first = 16 + label_width, column = (width - first - 16) / 2, longest = column - 110;
  double most_operations = 0, most_bytes = 0;
  for (const Bar& bar : bars) {
    most_operations = std::max(most_operations, bar.operations);
    most_bytes = std::max(most_bytes, bar.bytes);
  }
  const auto length = [&](double value, double most) { return most > 0 ? std::max(1.0, value / most * longest) : 1; };
  std::string text = text_at(first, y, operations_title) + text_at(first + column, y, bytes_title);
  for (const Bar& bar : bars) {
    y += row_height;
    text += text_at(first - 10, y, bar.label, "e");
    const double operations = length(bar.operations, most_operations), bytes = length(bar.bytes, most_bytes);
    text +=
        box(first, y, operations, "o", bar.operations_text) + text_at(first + operations + 6, y, bar.operations_text);
    text += box(first + column, y, bytes, "b", bar.bytes_text) + text_at(first + column + bytes + 6, y, bar.bytes_text);
  }
  return text;
}

}  // namespace

std::string explanation_svg(const Explanation& explanation) {
  const auto& [read, summary, run, plan] = explanation;
  std::vector<Bar> bars = bars_of(plan);
  const std::size_t left_out = bars.size() - std::min(bars.size(), most_passes);
  bars.resize(bars.size() - left_out);
  double y = 24;
  std::string body = rotations_picture(summary, y);
  y += 3.5 * row_height;
  if (summary.rotations == 0 || bars.empty()) {
    body += text_at(16, y, "nothing to execute: the outputs are read off the start", "t");
  } else {
    const bool is_state = plan.state.has_value();
    body += text_at(
        16, y,
        fmt::format("{} engine, {}, {}: {}", to_string(run.choice.engine), counted(run.batch, "sample"), run.precision,
                    is_state ? fmt::format("one state of {}", bytes_text(static_cast<double>(plan.state->state_bytes)))
                             : fmt::format("{} of {}", counted(run.tiles, "tile"), counted(run.tile_width, "sample"))),
        "t");
    y += row_height;
    body += passes_picture(bars, is_state ? "multiply-adds" : "operations a row and sample",
                           is_state ? "moved between memory and blocks" : "memory of a tile, and the cache it fits", y);
    y += row_height * static_cast<double>(bars.size());
    if (left_out > 0) body += text_at(16, y += row_height, fmt::format("passes not shown: {}", left_out));
  }
  return fmt::format(
             "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0:.0f}\" height=\"{1:.0f}\" viewBox=\"0 0 {0:.0f} "
             "{1:.0f}\" role=\"img\">\n<title>What the compiler made of the circuit</title>\n",
             width, y + row_height) +
         style + body + "</svg>\n";
}

}  // namespace tacit::cli
