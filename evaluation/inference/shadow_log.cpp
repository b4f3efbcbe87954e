#include "evaluation/inference/shadow_log.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <string>
#include <string_view>
#include <system_error>

#include "core/error.h"
#include "core/files.h"

namespace tacit::evaluation {
namespace {

std::string reason() {
  return std::generic_category().message(errno);
}

/// The number in front of the text, which is then without it and the blank behind it.
template <class Number>
bool take(std::string_view& text, Number& number) {
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (code != std::errc()) return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  if (!text.empty() && text.front() != ' ') return false;
  if (!text.empty()) text.remove_prefix(1);
  return true;
}

}  // namespace

ShadowLog::ShadowLog(const std::filesystem::path& folder, std::size_t candidates)
    : file_(folder / "shadows.log"), candidates_(candidates) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) fail(ErrorKind::io, "cannot create the folder {}: {}", folder.string(), error.message());
  descriptor_ = ::open(file_.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (descriptor_ < 0) fail(ErrorKind::io, "cannot open {}: {}", file_.string(), reason());
  try {
    read_all();
  } catch (...) {
    ::close(descriptor_);
    throw;
  }
}

ShadowLog::~ShadowLog() {
  ::close(descriptor_);
}

void ShadowLog::read_all() {
  const std::string text = read_text(file_);
  std::size_t number = 0, start = 0;
  for (std::size_t end; (end = text.find('\n', start)) != std::string::npos; start = end + 1) {
    ++number;
    std::string_view line(text.data() + start, end - start);
    std::size_t shadow = 0;
    std::vector<double> confidences;
    bool is_sound = take(line, shadow);
    for (double value = 0; is_sound && !line.empty();) {
      is_sound = take(line, value);
      if (is_sound) confidences.push_back(value);
    }
    if (!is_sound || confidences.size() != candidates_)
      fail(ErrorKind::data, "{}:{}: expected the number of a shadow model and {} confidences", file_.string(), number,
           candidates_);
    done_[shadow] = std::move(confidences);
  }
  // What a kill cut off was never told to be done.
  if (start < text.size() && ::ftruncate(descriptor_, static_cast<off_t>(start)) != 0)
    fail(ErrorKind::io, "cannot shorten {}: {}", file_.string(), reason());
}

const std::vector<double>* ShadowLog::find(std::size_t shadow) const {
  const auto found = done_.find(shadow);
  return found == done_.end() ? nullptr : &found->second;
}

void ShadowLog::add(std::size_t shadow, std::vector<double> confidences) {
  std::string line = std::to_string(shadow);
  for (const double value : confidences) line += fmt::format(" {}", value);  // shortest text that reads back the same
  line += "\n";
  std::string_view left = line;
  while (!left.empty()) {
    const ssize_t count = ::write(descriptor_, left.data(), left.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail(ErrorKind::io, "cannot write {}: {}", file_.string(), reason());
    left.remove_prefix(static_cast<std::size_t>(count));
  }
  if (::fdatasync(descriptor_) != 0) fail(ErrorKind::io, "cannot write {}: {}", file_.string(), reason());
  done_[shadow] = std::move(confidences);
}

}  // namespace tacit::evaluation
