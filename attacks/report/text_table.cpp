#include "attacks/report/text_table.h"

#include <algorithm>
#include <numeric>

#include "attacks/report/text.h"
#include "core/error.h"

namespace tacit::attacks::report {
namespace {

constexpr std::size_t kGap = 2;
constexpr std::size_t kNarrowest = 16;

std::string padded(const std::string& text, std::size_t width, bool right) {
  const std::string space(width - std::min(width, display_width(text)), ' ');
  return right ? space + text : text + space;
}

// The lines of one cell, each behind the indent of the first.
std::vector<std::string> cell_lines(const std::string& cell, std::size_t width) {
  const std::size_t indent = std::min({cell.find_first_not_of(' '), cell.size(), width / 2});
  std::vector<std::string> lines = wrap_text(std::string_view(cell).substr(indent), width - indent);
  for (std::string& line : lines) line.insert(0, indent, ' ');
  return lines;
}

std::string trimmed(std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

std::string rule(std::size_t width) {
  std::string line;
  for (std::size_t i = 0; i < width; ++i) line += "─";
  return line + "\n";
}

std::size_t total(const std::vector<std::size_t>& widths) {
  return std::accumulate(widths.begin(), widths.end(), kGap * (widths.size() - 1));
}

}  // namespace

void TextTable::add_row(std::vector<std::string> cells) {
  if (cells.size() != columns_.size())
    fail(ErrorKind::internal, "A table of {} columns was given a row of {} cells", columns_.size(), cells.size());
  for (std::string& cell : cells) cell = clean_line(cell);
  rows_.push_back(std::move(cells));
}

void TextTable::add_spanning_row(std::vector<std::string> cells) {
  if (cells.empty() || cells.size() >= columns_.size())
    fail(ErrorKind::internal, "A spanning row of a table of {} columns was given {} cells", columns_.size(),
         cells.size());
  for (std::string& cell : cells) cell = clean_line(cell);
  rows_.push_back(std::move(cells));
}

void TextTable::add_rule() {
  rows_.emplace_back();
}

std::vector<std::size_t> TextTable::fitted_widths(unsigned width) const {
  std::vector<std::size_t> widths;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    std::size_t natural = display_width(columns_[i].title);
    for (const auto& row : rows_)
      if (i + 1 < row.size() || (i < row.size() && row.size() == columns_.size()))
        natural = std::max(natural, display_width(row[i]));
    widths.push_back(natural);
  }
  while (total(widths) > width) {
    std::size_t* widest = nullptr;
    for (std::size_t i = 0; i < widths.size(); ++i)
      if (columns_[i].flexible && widths[i] > kNarrowest && (!widest || widths[i] > *widest)) widest = &widths[i];
    if (!widest) break;
    --*widest;
  }
  return widths;
}

std::string TextTable::printed(const std::vector<std::string>& cells, const std::vector<std::size_t>& widths) const {
  std::vector<std::size_t> own(widths.begin(), widths.begin() + static_cast<std::ptrdiff_t>(cells.size()));
  for (std::size_t i = cells.size(); i < widths.size(); ++i) own.back() += kGap + widths[i];
  std::vector<std::vector<std::string>> lines;
  std::size_t height = 0;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    lines.push_back(cell_lines(cells[i], own[i]));
    height = std::max(height, lines.back().size());
  }
  std::string text;
  for (std::size_t line = 0; line < height; ++line) {
    std::string across;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (i > 0) across.append(kGap, ' ');
      across += padded(line < lines[i].size() ? lines[i][line] : "", own[i], columns_[i].right);
    }
    text += trimmed(across) + "\n";
  }
  return text;
}

std::string TextTable::str(unsigned width) const {
  const std::vector<std::size_t> widths = fitted_widths(width);
  std::vector<std::string> titles;
  for (const Column& column : columns_) titles.push_back(column.title);
  std::string text = printed(titles, widths) + rule(total(widths));
  for (const auto& row : rows_) text += row.empty() ? rule(total(widths)) : printed(row, widths);
  return text;
}

}  // namespace tacit::attacks::report
