#include "attacks/report/html_markup.h"

#include <fmt/core.h>

#include "attacks/report/number_format.h"
#include "attacks/report/text.h"
#include "core/error.h"

namespace tacit::attacks::report {
namespace {

std::string css_class_of(std::string_view name) {
  return name.empty() ? "" : fmt::format(R"( class="{}")", escape_html(name));
}

}  // namespace

std::string escape_html(std::string_view text) {
  std::string escaped;
  for (const char c : clean_text(text)) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

HtmlTable::HtmlTable(std::string_view caption, std::vector<HtmlColumn> columns) : columns_(std::move(columns)) {
  // Roles are spelled out because display:block, which the cards need, takes the table semantics away.
  head_ = fmt::format(
      R"(<div class="scroll"><table role="table"><caption>{}</caption><thead role="rowgroup"><tr role="row">)",
      escape_html(caption));
  for (const HtmlColumn& column : columns_)
    head_ += fmt::format(R"(<th role="columnheader" scope="col"{}>{}</th>)", column.numeric ? R"( class="number")" : "",
                         escape_html(column.title));
  head_ += R"(</tr></thead><tbody role="rowgroup">)";
}

void HtmlTable::add_group(std::string_view title) {
  body_ +=
      fmt::format(R"(<tr role="row" class="group"><th role="rowheader" scope="rowgroup" colspan="{}">{}</th></tr>)",
                  columns_.size(), escape_html(title));
}

void HtmlTable::add_row(const std::vector<std::string>& cells, std::string_view css_class) {
  if (cells.size() != columns_.size())
    fail(ErrorKind::internal, "A table of {} columns was given a row of {} cells", columns_.size(), cells.size());
  body_ +=
      fmt::format(R"(<tr role="row"{}><th role="rowheader" scope="row">{}</th>)", css_class_of(css_class), cells[0]);
  for (std::size_t i = 1; i < cells.size(); ++i) {
    const bool absent = cells[i] == kAbsent;
    const std::string css = std::string(columns_[i].numeric ? "number" : "") + (absent ? " absent" : "");
    body_ += fmt::format(R"(<td role="cell" data-label="{}"{}><div>{}</div></td>)", escape_html(columns_[i].title),
                         css_class_of(css), cells[i]);
  }
  body_ += "</tr>\n";
}

std::string HtmlTable::str() const {
  return head_ + body_ + "</tbody></table></div>\n";
}

}  // namespace tacit::attacks::report
