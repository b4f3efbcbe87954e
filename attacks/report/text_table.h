#pragma once

#include <string>
#include <vector>

namespace tacit::attacks::report {

/// A table for the terminal, aligned by display width. Flexible columns wrap when the table is too wide.
class TextTable {
 public:
  struct Column {
    std::string title;
    bool right = false;     ///< numbers
    bool flexible = false;  ///< may wrap, down to 16 columns
  };
  explicit TextTable(std::vector<Column> columns) : columns_(std::move(columns)) {}
  /// As many cells as columns (Error(internal) otherwise); cleaned and put on one line before measuring. Leading spaces
  /// of a cell indent all its lines.
  void add_row(std::vector<std::string> cells);
  /// As add_row, with at least one cell and fewer than columns; the last one runs on to the end of the table.
  void add_spanning_row(std::vector<std::string> cells);
  /// A horizontal line.
  void add_rule();
  /// At most `width` columns wide unless the inflexible columns alone need more. Ends in a newline; no trailing spaces.
  std::string str(unsigned width) const;

 private:
  std::vector<std::size_t> fitted_widths(unsigned width) const;
  std::string printed(const std::vector<std::string>& cells, const std::vector<std::size_t>& widths) const;
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;  // shorter than columns_: the last cell spans; empty: a rule
};

}  // namespace tacit::attacks::report
