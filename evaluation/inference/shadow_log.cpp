#include "evaluation/inference/shadow_log.h"

#include <fmt/format.h>

#include <charconv>
#include <string_view>
#include <system_error>

#include "core/error.h"

namespace tacit::evaluation {
namespace {

/// The number in front of the text, which is then without it and the blank behind it.
template <class Number>
bool take_number(std::string_view& text, Number& number) {
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (code != std::errc()) return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  if (!text.empty() && text.front() != ' ') return false;
  if (!text.empty()) text.remove_prefix(1);
  return true;
}

}  // namespace

ShadowLog::ShadowLog(const std::filesystem::path& folder, std::size_t candidates)
    : file_(folder / "shadows.log"),
      candidates_(candidates),
      log_(file_, [this](const std::string& line, std::size_t number) { take(line, number); }) {}

void ShadowLog::take(const std::string& line, std::size_t number) {
  std::string_view left = line;
  std::size_t shadow = 0;
  std::vector<double> confidences;
  bool is_sound = take_number(left, shadow);
  for (double value = 0; is_sound && !left.empty();) {
    is_sound = take_number(left, value);
    if (is_sound) confidences.push_back(value);
  }
  if (!is_sound || confidences.size() != candidates_)
    fail(ErrorKind::data, "{}:{}: expected the number of a shadow model and {} confidences", file_.string(), number,
         candidates_);
  done_[shadow] = std::move(confidences);
}

const std::vector<double>* ShadowLog::find(std::size_t shadow) const {
  const auto found = done_.find(shadow);
  return found == done_.end() ? nullptr : &found->second;
}

void ShadowLog::add(std::size_t shadow, std::vector<double> confidences) {
  std::string line = std::to_string(shadow);
  for (const double value : confidences) line += fmt::format(" {}", value);  // shortest text that reads back the same
  log_.append(std::move(line));
  done_[shadow] = std::move(confidences);
}

}  // namespace tacit::evaluation
