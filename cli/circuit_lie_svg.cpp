#include "cli/circuit_lie_svg.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <vector>

#include "cli/counted.h"
#include "core/error.h"

namespace tacit::cli {
namespace {

using quantum_sim::LieAlgebra;
using quantum_sim::PauliSum;

constexpr const char* style =
    "<style>text{font:12px 'DejaVu Sans Mono',Menlo,monospace;fill:#7d8590}.t{font:14px 'DejaVu Sans',Verdana,"
    "sans-serif}.e{text-anchor:end}line{stroke-width:1.2;stroke-opacity:.55}</style>\n";
constexpr const char* colours[] = {"#3f76c4", "#d1762a", "#3c9a5f", "#b0559e",
                                   "#c2504a", "#8a7a2e", "#2f98a6", "#7a6bd0"};
constexpr const char* central = "#9aa1a9";
constexpr std::size_t most_letters = 28;
constexpr double margin = 20, legend_height = 20;

/// Generators that no chain of non-commuting ones joins generate ideals that commute.
struct Graph {
  std::vector<std::vector<std::size_t>> neighbours;
  std::vector<std::size_t> component;  ///< of each generator, counted from 0 in order of first members
  std::size_t components = 0;
  /// By component, within one along the edges: so most edges on a circle are short.
  std::vector<std::size_t> order;

  bool is_central(std::size_t generator) const { return neighbours[generator].empty(); }
};

void mark_component(Graph& graph, std::size_t start, std::size_t unmarked) {
  std::vector<std::size_t> open{start};
  graph.component[start] = graph.components;
  while (!open.empty()) {
    const std::size_t generator = open.back();
    open.pop_back();
    graph.order.push_back(generator);
    for (const std::size_t next : graph.neighbours[generator]) {
      if (graph.component[next] != unmarked) continue;
      graph.component[next] = graph.components;
      open.push_back(next);
    }
  }
  ++graph.components;
}

Graph graph_of(const std::vector<PauliSum>& generators) {
  const std::size_t count = generators.size();
  Graph graph{std::vector<std::vector<std::size_t>>(count), std::vector<std::size_t>(count, count), 0, {}};
  for (std::size_t one = 0; one < count; ++one)
    for (std::size_t two = 0; two < count; ++two)
      if (!commute(generators[one], generators[two])) graph.neighbours[one].push_back(two);
  for (std::size_t start = 0; start < count; ++start)
    if (graph.component[start] == count) mark_component(graph, start, count);
  return graph;
}

/// "X0 Y2" for long strings, the letters otherwise; cut where it is long.
std::string label_of(const PauliSum& generator) {
  std::string text;
  if (generator.terms.size() == 1 && generator.terms[0].string.qubits() > 8) {
    const quantum_sim::PauliString& string = generator.terms[0].string;
    for (std::uint32_t qubit = 0; qubit < string.qubits(); ++qubit)
      if (string.letter(qubit) != 'I')
        text += fmt::format("{}{}{}", text.empty() ? "" : " ", string.letter(qubit), qubit);
    if (text.empty()) text = "I";
  } else {
    text = to_string(generator);
  }
  return text.size() > most_letters ? text.substr(0, most_letters - 3) + "..." : text;
}

/// What the component of this generator generates.
std::string name_of(const LieAlgebra& algebra, const Graph& graph, std::size_t generator) {
  if (graph.is_central(generator)) return "u(1)";
  // The algebra of strings starts with its generators, in their order.
  const auto number = static_cast<std::uint32_t>(generator);
  for (const quantum_sim::LieIdeal& ideal : algebra.ideals)
    if (std::binary_search(ideal.strings.begin(), ideal.strings.end(), number))
      return ideal.copies == 1 ? ideal.name : fmt::format("{} {}", ideal.copies, ideal.name);
  return "an ideal";
}

class Picture {
 public:
  explicit Picture(const LieAlgebra& algebra)
      : algebra_(algebra), graph_(graph_of(algebra.generators)), order_(graph_.order) {
    std::size_t longest = 1;
    for (const PauliSum& generator : algebra.generators) longest = std::max(longest, label_of(generator).size());
    radius_ = std::max(90.0, static_cast<double>(order_.size()) * 17 / (2 * std::numbers::pi));
    reach_ = radius_ + 16 + 7.4 * static_cast<double>(longest);
    centre_x_ = std::max(margin + reach_, 260.0);
    centre_y_ = margin + 24 + reach_;
    for (std::size_t generator = 0; generator < graph_.component.size(); ++generator) {
      if (graph_.is_central(generator)) continue;
      if (!colour_of_component_.contains(graph_.component[generator]))
        colour_of_component_.emplace(graph_.component[generator],
                                     colours[colour_of_component_.size() % std::size(colours)]);
    }
  }

  std::string svg() const {
    double bottom = centre_y_ + reach_ + margin;
    const std::string body = title() + edges() + nodes() + legend(bottom);
    return fmt::format(
               "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0:.0f}\" height=\"{1:.0f}\" viewBox=\"0 0 {0:.0f} "
               "{1:.0f}\" role=\"img\">\n<title>Generators that do not commute are joined</title>\n",
               2 * centre_x_, bottom) +
           style + body + "</svg>\n";
  }

 private:
  const char* colour(std::size_t generator) const {
    return graph_.is_central(generator) ? central : colour_of_component_.at(graph_.component[generator]);
  }
  double angle(std::size_t place) const {
    return 2 * std::numbers::pi * static_cast<double>(place) / static_cast<double>(order_.size()) -
           std::numbers::pi / 2;
  }

  std::string title() const {
    return fmt::format("<text class=\"t\" x=\"{}\" y=\"{}\">{}, dimension {}</text>\n", margin, margin + 12,
                       counted(order_.size(), "generator"), algebra_.dimension);
  }

  std::string edges() const {
    std::vector<std::size_t> place_of(order_.size());
    for (std::size_t place = 0; place < order_.size(); ++place) place_of[order_[place]] = place;
    std::string text;
    for (std::size_t one = 0; one < order_.size(); ++one)
      for (const std::size_t two : graph_.neighbours[one]) {
        if (two < one) continue;
        const double from = angle(place_of[one]), to = angle(place_of[two]);
        text += fmt::format("<line stroke=\"{}\" x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\"/>\n",
                            colour(one), centre_x_ + radius_ * std::cos(from), centre_y_ + radius_ * std::sin(from),
                            centre_x_ + radius_ * std::cos(to), centre_y_ + radius_ * std::sin(to));
      }
    return text;
  }

  // Labels point away from the centre; those on the left are turned so that none stands on its head.
  std::string nodes() const {
    std::string text;
    for (std::size_t place = 0; place < order_.size(); ++place) {
      const double turn = angle(place), x = centre_x_ + radius_ * std::cos(turn),
                   y = centre_y_ + radius_ * std::sin(turn), degrees = turn * 180 / std::numbers::pi;
      const bool is_left = std::cos(turn) < -1e-9;
      const PauliSum& generator = algebra_.generators[order_[place]];
      text += fmt::format(
          "<g transform=\"translate({:.1f} {:.1f}) rotate({:.2f})\"><title>{}</title><circle r=\"6\" fill=\"{}\"/>"
          "<text{} x=\"{}\" dy=\"0.35em\">{}</text></g>\n",
          x, y, is_left ? degrees - 180 : degrees, to_string(generator), colour(order_[place]),
          is_left ? " class=\"e\"" : "", is_left ? -12 : 12, label_of(generator));
    }
    return text;
  }

  /// Components of which the same is said, and their colours.
  struct LegendRow {
    std::string text;
    std::size_t components = 0;
    std::vector<const char*> colours_used = {};
  };

  std::vector<LegendRow> legend_rows() const {
    std::vector<LegendRow> rows;
    for (std::size_t place = 0; place < order_.size(); ++place) {
      const std::size_t component = graph_.component[order_[place]];
      if (place > 0 && component == graph_.component[order_[place - 1]]) continue;
      const auto members = std::count(graph_.component.begin(), graph_.component.end(), component);
      const std::string text = fmt::format("{} by {}", name_of(algebra_, graph_, order_[place]),
                                           counted(static_cast<std::size_t>(members), "generator"));
      auto row = std::find_if(rows.begin(), rows.end(), [&](const LegendRow& one) { return one.text == text; });
      if (row == rows.end()) row = rows.insert(row, {text});
      ++row->components;
      const char* const used = colour(order_[place]);
      if (std::find(row->colours_used.begin(), row->colours_used.end(), used) == row->colours_used.end())
        row->colours_used.push_back(used);
    }
    return rows;
  }

  std::string legend(double& bottom) const {
    std::string text;
    for (const LegendRow& row : legend_rows()) {
      double x = margin + 6;
      for (const char* const used : row.colours_used) {
        text += fmt::format("<circle cx=\"{}\" cy=\"{:.1f}\" r=\"5\" fill=\"{}\"/>", x, bottom, used);
        x += 14;
      }
      text += fmt::format("<text class=\"t\" x=\"{}\" y=\"{:.1f}\" dy=\"0.35em\">{}{}</text>\n", x, bottom,
                          row.components == 1 ? "" : fmt::format("{} times ", row.components), row.text);
      bottom += legend_height;
    }
    return text;
  }

  const LieAlgebra& algebra_;
  Graph graph_;
  const std::vector<std::size_t>& order_;
  std::map<std::size_t, const char*> colour_of_component_;
  double radius_, reach_, centre_x_, centre_y_;
};

}  // namespace

std::string lie_svg(const LieAlgebra& algebra) {
  if (algebra.generators.size() > most_drawn_generators)
    fail(ErrorKind::usage, "--format svg: {} generators do not fit on a circle, at most {} do; text and json list all",
         algebra.generators.size(), most_drawn_generators);
  if (algebra.generators.empty())
    fail(ErrorKind::usage, "--format svg: no rotation of the circuit generates, so there is nothing to draw");
  return Picture(algebra).svg();
}

}  // namespace tacit::cli
