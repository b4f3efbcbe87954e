#include "attacks/report_markup.h"

#include <regex>
#include <set>

namespace tacit::attacks::report {
namespace {

const std::set<std::string> kVoid = {"meta", "img", "br", "hr", "link", "input"};

// Checks one tag without its angle brackets; fills in its name.
std::string tag_fault(const std::string& tag, std::string& name) {
  static const std::regex shape(R"re(/?([a-z][a-z0-9]*)((\s+[a-zA-Z-]+(="[^"<>]*")?)*)\s*/?)re");
  static const std::regex attribute(R"re(\s([a-zA-Z-]+)="[^"]*")re");
  std::smatch match;
  if (!std::regex_match(tag, match, shape)) return "malformed tag <" + tag.substr(0, 80) + ">";
  name = match[1];
  const std::string attributes = match[2];
  std::set<std::string> seen;
  for (std::sregex_iterator it(attributes.begin(), attributes.end(), attribute), end; it != end; ++it)
    if (!seen.insert((*it)[1]).second) return "attribute " + std::string((*it)[1]) + " twice in <" + name + ">";
  return "";
}

// Reads tags and keeps those that are open.
class Checker {
 public:
  explicit Checker(std::string_view html) : rest_(html) {}

  std::string fault() {
    constexpr std::string_view doctype = "<!DOCTYPE html>";
    if (rest_.starts_with(doctype)) rest_.remove_prefix(doctype.size());
    while (!rest_.empty()) {
      const std::size_t open = std::min(rest_.find('<'), rest_.size());
      if (const std::string fault = text_fault(rest_.substr(0, open)); !fault.empty()) return fault;
      rest_.remove_prefix(open);
      if (const std::string fault = rest_.empty() ? "" : take_tag(); !fault.empty()) return fault;
    }
    return open_.empty() ? "" : "<" + open_.back() + "> is never closed";
  }

 private:
  static std::string text_fault(std::string_view text) {
    if (text.find('>') != std::string_view::npos) return "loose > in '" + std::string(text.substr(0, 80)) + "'";
    static const std::regex reference("&(amp|lt|gt|quot|#39);");
    const std::string copy(text);
    const auto references = std::distance(std::sregex_iterator(copy.begin(), copy.end(), reference), {});
    if (static_cast<std::size_t>(references) != count(text, "&")) return "loose & in '" + copy.substr(0, 80) + "'";
    return "";
  }

  std::string take_tag() {
    const std::size_t close = rest_.find('>');
    if (close == std::string_view::npos) return "a tag has no end";
    const std::string tag(rest_.substr(1, close - 1));
    rest_.remove_prefix(close + 1);
    std::string name;
    // A pattern is no match for the megabytes of an embedded picture.
    if (const std::string fault = tag_fault(shortened(tag), name); !fault.empty()) return fault;
    if (tag.starts_with('/')) {
      if (open_.empty() || open_.back() != name) return "</" + name + "> closes nothing";
      open_.pop_back();
    } else if (!tag.ends_with('/') && !kVoid.contains(name)) {
      open_.push_back(name);
    }
    if (name == "style" && !tag.starts_with('/')) rest_.remove_prefix(std::min(rest_.find("</style>"), rest_.size()));
    return "";
  }

  static std::string shortened(const std::string& tag) {
    std::string text;
    std::size_t run = 0;
    for (const char c : tag) {
      run = c == '"' || c == ' ' ? 0 : run + 1;
      if (run < 60) text += c;
    }
    return text;
  }

  std::string_view rest_;
  std::vector<std::string> open_;
};

}  // namespace

std::string markup_fault(std::string_view html) {
  return Checker(html).fault();
}

std::size_t count(std::string_view text, std::string_view piece) {
  std::size_t found = 0;
  for (std::size_t at = text.find(piece); at != std::string_view::npos; at = text.find(piece, at + piece.size()))
    ++found;
  return found;
}

std::vector<double> attribute_numbers(const std::string& html, const std::string& attribute) {
  std::vector<double> numbers;
  const std::string start = " " + attribute + "=\"";
  for (std::size_t at = html.find(start); at != std::string::npos; at = html.find(start, at + 1))
    numbers.push_back(std::stod(html.substr(at + start.size(), 32)));
  return numbers;
}

}  // namespace tacit::attacks::report
