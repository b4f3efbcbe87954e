#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tacit::attacks::report {

/// Text made safe for element content and for attribute values in double quotes: malformed UTF-8 and control characters
/// replaced (clean_text), & < > " ' escaped.
std::string escape_html(std::string_view text);

/// A column of an HtmlTable; `numeric` columns are aligned to the right.
struct HtmlColumn {
  std::string title;
  bool numeric = true;
};

/// An HTML table that turns into a list of cards on a narrow screen: each cell carries its column's title. Cells are
/// finished HTML; the first one of a row is its header.
class HtmlTable {
 public:
  HtmlTable(std::string_view caption, std::vector<HtmlColumn> columns);
  /// A line across the table above the rows that follow. `title` is plain text.
  void add_group(std::string_view title);
  /// As many cells as columns; throws Error(internal) otherwise.
  void add_row(const std::vector<std::string>& cells, std::string_view css_class = "");
  std::string str() const;

 private:
  std::vector<HtmlColumn> columns_;
  std::string head_;
  std::string body_;
};

}  // namespace tacit::attacks::report
