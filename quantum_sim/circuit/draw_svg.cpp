#include "quantum_sim/circuit/draw_svg.h"

#include <fmt/format.h>

#include <algorithm>

#include "quantum_sim/circuit/draw_layout.h"

namespace tacit::quantum_sim {
namespace {

// In pixels.
constexpr std::size_t row_height = 46, box_height = 30, block_gap = 26, edge = 14, legend_height = 34;
constexpr double character = 7.4;  // of the 13 pixel font, on average

constexpr const char* style =
    "<style>text{font:13px 'DejaVu Sans',Verdana,sans-serif;fill:#1b1f24;text-anchor:middle}"
    ".n{text-anchor:end;fill:#7d8590}.k{text-anchor:start;fill:#7d8590}"
    ".w{stroke:#7d8590;stroke-width:1.2}.j{stroke:#64798c;stroke-width:1.6}"
    ".d{fill:#64798c}.o{fill:#eef1f4;stroke:#64798c;stroke-width:1.6}.e{stroke:#64798c;stroke-width:1.8}"
    ".b{stroke-width:1.2;rx:4px}.c{fill:#e6e9ed;stroke:#77818c}.x{fill:#fde5c8;stroke:#c27c1a}"
    ".p{fill:#d5e5fb;stroke:#3f76c4}.m{fill:#e7dcf8;stroke:#8256c9}</style>\n";

std::size_t width_of(const std::string& text) {
  const auto characters = std::count_if(text.begin(), text.end(),
                                        [](char byte) { return (static_cast<unsigned char>(byte) & 0xc0) != 0x80; });
  return static_cast<std::size_t>(character * static_cast<double>(characters));
}

std::string escaped(const std::string& text) {
  std::string result;
  for (const char c : text) {
    switch (c) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '"':
        result += "&quot;";
        break;
      default:
        result += c;
    }
  }
  return result;
}

std::string shown(const DrawnPart& part) {
  return part.label == "|0>" ? "|0⟩" : part.label;
}

const char* colour_of(const DrawnGate& gate) {
  return gate.reads_inputs ? (gate.reads_parameters ? "m" : "x") : gate.reads_parameters ? "p" : "c";
}

class SvgDrawing {
 public:
  SvgDrawing(const Circuit& circuit, const std::vector<std::string>& names)
      : qubits_(circuit.qubits()), layout_(lay_out(circuit, Spelling::symbols)), widths_(layout_.columns, 34) {
    for (std::uint32_t qubit = 0; qubit < qubits_; ++qubit) {
      names_.push_back(qubit < names.size() ? names[qubit] : "q" + std::to_string(qubit));
      margin_ = std::max(margin_, width_of(names_.back()));
    }
    margin_ += edge + 10;
    for (const DrawnGate& gate : layout_.gates)
      for (const DrawnPart& part : gate.parts)
        widths_[gate.column] = std::max(widths_[gate.column], box_width(part) + 12);
  }

  std::string draw(std::size_t width) const {
    const std::size_t frame = margin_ + 2 * edge;
    const std::vector<std::size_t> starts = wrap_columns(widths_, width > frame ? width - frame : 1);
    const std::size_t block_height = qubits_ * row_height + block_gap, blocks = starts.size() - 1;
    std::size_t widest = 0;
    std::string body;
    for (std::size_t block = 0; block < blocks; ++block) {
      std::size_t used = 0;
      for (std::size_t column = starts[block]; column < starts[block + 1]; ++column) used += widths_[column];
      widest = std::max(widest, used);
      body += draw_block(starts[block], starts[block + 1], used, edge + block * block_height);
    }
    const std::string key = legend(edge + blocks * block_height);
    const std::size_t total_width = std::max(margin_ + widest + 2 * edge, key.empty() ? 0 : std::size_t{430});
    const std::size_t total_height = 2 * edge + blocks * block_height - block_gap + (key.empty() ? 0 : legend_height);
    return fmt::format(
               "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} {1}\" "
               "role=\"img\">\n<title>Quantum circuit: {2} qubits, {3} gates</title>\n",
               total_width, total_height, qubits_, layout_.gates.size()) +
           style + body + key + "</svg>\n";
  }

 private:
  static std::size_t box_width(const DrawnPart& part) {
    return part.kind == DrawnPart::Kind::box ? std::max<std::size_t>(30, width_of(shown(part)) + 14) : 22;
  }

  std::string draw_block(std::size_t begin, std::size_t end, std::size_t used, std::size_t top) const {
    std::string text;
    const auto y = [&](std::uint32_t qubit) { return top + qubit * row_height + row_height / 2; };
    for (std::uint32_t qubit = 0; qubit < qubits_; ++qubit) {
      text += fmt::format("<text class=\"n\" x=\"{}\" y=\"{}\" dy=\"0.35em\">{}</text>\n", margin_ - 8, y(qubit),
                          escaped(names_[qubit]));
      text += fmt::format("<line class=\"w\" x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\"/>\n", margin_, y(qubit),
                          margin_ + used + edge, y(qubit));
    }
    if (end < layout_.columns) text += more(margin_ + used + edge, top);
    if (begin > 0) text += more(margin_, top);
    std::vector<std::size_t> middles;
    std::size_t left = margin_ + edge / 2;
    for (std::size_t column = begin; column < end; ++column) {
      middles.push_back(left + widths_[column] / 2);
      left += widths_[column];
    }
    for (const DrawnGate& gate : layout_.gates) {
      if (gate.column < begin || gate.column >= end) continue;
      const std::size_t x = middles[gate.column - begin];
      if (gate.parts.size() > 1)
        text += fmt::format("<line class=\"j\" x1=\"{0}\" y1=\"{1}\" x2=\"{0}\" y2=\"{2}\"/>\n", x,
                            y(gate.parts.front().qubit), y(gate.parts.back().qubit));
      for (const DrawnPart& part : gate.parts) text += draw_part(part, colour_of(gate), x, y(part.qubit));
    }
    return text;
  }

  // A dashed edge where the wires go on.
  std::string more(std::size_t x, std::size_t top) const {
    return fmt::format("<line class=\"w\" stroke-dasharray=\"3 3\" x1=\"{0}\" y1=\"{1}\" x2=\"{0}\" y2=\"{2}\"/>\n", x,
                       top + 6, top + qubits_ * row_height - 6);
  }

  static std::string draw_part(const DrawnPart& part, const char* colour, std::size_t x, std::size_t y) {
    switch (part.kind) {
      case DrawnPart::Kind::control:
        return fmt::format("<circle class=\"d\" cx=\"{}\" cy=\"{}\" r=\"4.5\"/>\n", x, y);
      case DrawnPart::Kind::not_gate:
        return fmt::format(
            "<circle class=\"o\" cx=\"{0}\" cy=\"{1}\" r=\"10\"/><path class=\"j\" d=\"M{2} {1}h20M{0} {3}v20\"/>\n", x,
            y, x - 10, y - 10);
      case DrawnPart::Kind::exchange:
        return fmt::format("<path class=\"e\" d=\"M{} {}l12 12m0 -12l-12 12\"/>\n", x - 6, y - 6);
      default: {
        const std::size_t width = box_width(part);
        return fmt::format(
            "<rect class=\"b {}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"4\"/><text x=\"{}\" "
            "y=\"{}\" dy=\"0.35em\">{}</text>\n",
            colour, x - width / 2, y - box_height / 2, width, box_height, x, y, escaped(shown(part)));
      }
    }
  }

  // Only of the colours that are there, and none if all boxes are constant.
  std::string legend(std::size_t top) const {
    const struct {
      const char *colour, *words;
    } all[] = {{"x", "reads inputs"}, {"p", "reads parameters"}, {"m", "reads both"}};
    std::string text;
    std::size_t x = margin_;
    for (const auto& [colour, words] : all) {
      const bool used = std::any_of(layout_.gates.begin(), layout_.gates.end(),
                                    [&](const DrawnGate& gate) { return std::string_view(colour_of(gate)) == colour; });
      if (!used) continue;
      text += fmt::format(
          "<rect class=\"b {}\" x=\"{}\" y=\"{}\" width=\"14\" height=\"14\" rx=\"3\"/><text class=\"k\" x=\"{}\" "
          "y=\"{}\" dy=\"0.35em\">{}</text>\n",
          colour, x, top - 7, x + 20, top, words);
      x += 40 + width_of(words);
    }
    return text;
  }

  std::uint32_t qubits_;
  DrawingLayout layout_;
  std::vector<std::size_t> widths_;
  std::vector<std::string> names_;
  std::size_t margin_ = 0;
};

}  // namespace

std::string draw_svg(const Circuit& circuit, std::size_t width, const std::vector<std::string>& names) {
  return SvgDrawing(circuit, names).draw(width);
}

}  // namespace tacit::quantum_sim
