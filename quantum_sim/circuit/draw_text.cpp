#include "quantum_sim/circuit/draw_text.h"

#include <algorithm>

#include "quantum_sim/circuit/draw_layout.h"

namespace tacit::quantum_sim {
namespace {

/// Characters as they are seen: every one a UTF-8 sequence of one place.
using Line = std::vector<std::string>;

/// Visible characters of a label; all of ours are one place wide.
std::size_t width_of(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char byte) { return (static_cast<unsigned char>(byte) & 0xc0) != 0x80; }));
}

std::string cell_text(const DrawnPart& part) {
  switch (part.kind) {
    case DrawnPart::Kind::control:
      return "●";
    case DrawnPart::Kind::exchange:
      return "╳";
    case DrawnPart::Kind::not_gate:
      return "⊕";
    default:
      return "┤" + part.label + "├";
  }
}

void put(Line& line, std::size_t at, const std::string& text) {
  for (std::size_t byte = 0; byte < text.size(); ++at) {
    std::size_t end = byte + 1;
    while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) ++end;
    line[at] = text.substr(byte, end - byte);
    byte = end;
  }
}

class TextDrawing {
 public:
  TextDrawing(const Circuit& circuit, const std::vector<std::string>& names)
      : qubits_(circuit.qubits()), layout_(lay_out(circuit, Spelling::plain)), widths_(layout_.columns, 1) {
    for (std::uint32_t qubit = 0; qubit < qubits_; ++qubit) {
      names_.push_back(qubit < names.size() ? names[qubit] : "q" + std::to_string(qubit));
      margin_ = std::max(margin_, width_of(names_.back()));
    }
    for (const DrawnGate& gate : layout_.gates)
      for (const DrawnPart& part : gate.parts)
        widths_[gate.column] = std::max(widths_[gate.column], width_of(cell_text(part)));
    for (std::size_t& width : widths_) width += 2;  // a piece of wire on either side
  }

  std::string draw(std::size_t width) const {
    const std::size_t frame = margin_ + 6;
    const std::vector<std::size_t> starts = wrap_columns(widths_, width > frame ? width - frame : 1);
    std::string text;
    for (std::size_t block = 0; block + 1 < starts.size(); ++block) {
      if (block > 0) text += "\n";
      text += draw_block(starts[block], starts[block + 1]);
    }
    return text;
  }

 private:
  std::string draw_block(std::size_t begin, std::size_t end) const {
    std::size_t width = 0;
    std::vector<std::size_t> lefts;
    for (std::size_t column = begin; column < end; ++column) lefts.push_back(width), width += widths_[column];
    std::vector<Line> lines(2 * qubits_ - 1, Line(width));
    for (std::size_t line = 0; line < lines.size(); ++line)
      std::fill(lines[line].begin(), lines[line].end(), line % 2 == 0 ? "─" : " ");
    for (const DrawnGate& gate : layout_.gates)
      if (gate.column >= begin && gate.column < end) draw_gate(gate, lefts[gate.column - begin], lines);
    std::string text;
    for (std::size_t line = 0; line < lines.size(); ++line) {
      const bool is_wire = line % 2 == 0;
      const std::string name = is_wire ? names_[line / 2] + ": " : std::string();
      std::string row = std::string(margin_ + 2 - width_of(name), ' ') + name;
      row += is_wire ? (begin > 0 ? "«─" : "──") : "  ";
      for (const std::string& place : lines[line]) row += place;
      if (is_wire) row += end < layout_.columns ? "─»" : "──";
      row.erase(row.find_last_not_of(' ') + 1);
      text += row + "\n";
    }
    return text;
  }

  void draw_gate(const DrawnGate& gate, std::size_t left, std::vector<Line>& lines) const {
    const std::size_t width = widths_[gate.column], middle = left + width / 2;
    for (std::size_t line = 2 * gate.parts.front().qubit + 1; line < 2 * gate.parts.back().qubit; ++line)
      lines[line][middle] = line % 2 == 0 ? "┼" : "│";
    for (const DrawnPart& part : gate.parts) {
      const std::string cell = cell_text(part);
      put(lines[2 * part.qubit], left + width / 2 - width_of(cell) / 2, cell);
    }
  }

  std::uint32_t qubits_;
  DrawingLayout layout_;
  std::vector<std::size_t> widths_;
  std::vector<std::string> names_;
  std::size_t margin_ = 0;
};

}  // namespace

std::string draw_text(const Circuit& circuit, std::size_t width, const std::vector<std::string>& names) {
  return TextDrawing(circuit, names).draw(width);
}

}  // namespace tacit::quantum_sim
