#include "coordinator/event_log.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/files.h"

namespace tacit::coordinator {
namespace {

/// The key that the event of this line had.
std::string key_of_line(const std::string& line) {
  const auto json = nlohmann::json::parse(line);
  const std::string event = json.at("event");
  if (event == "member_joined") return "member_joined " + json.at("client").get<std::string>();
  if (event == "round_started" || event == "round_closed")
    return fmt::format("{} {}", event, json.at("round").get<std::uint32_t>());
  if (event == "update_committed")
    return fmt::format("{} {} {}", event, json.at("round").get<std::uint32_t>(), json.at("client").get<std::string>());
  if (event == "run_started") return event;
  if (event == "run_finished" && json.at("outcome") == "complete") return "run_finished complete";
  return {};
}

}  // namespace

EventLog::EventLog(const std::filesystem::path& file) : file_(file) {
  std::string text = std::filesystem::exists(file) ? read_text(file) : "";
  text.resize(text.rfind('\n') == std::string::npos ? 0 : text.rfind('\n') + 1);
  std::size_t number = 0;
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = text.find('\n', start);
    ++number;
    try {
      told_.insert(key_of_line(text.substr(start, end - start)));
    } catch (const nlohmann::json::exception& error) {
      fail(ErrorKind::data, "{}:{}: not an event: {}", file.string(), number, error.what());
    }
    start = end + 1;
  }
  descriptor_ = ::open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
  if (descriptor_ < 0) fail(ErrorKind::io, "{}: cannot open: {}", file.string(), std::strerror(errno));
  if (::ftruncate(descriptor_, static_cast<off_t>(text.size())) != 0 || ::lseek(descriptor_, 0, SEEK_END) < 0)
    fail(ErrorKind::io, "{}: cannot cut: {}", file.string(), std::strerror(errno));
}

EventLog::~EventLog() {
  ::close(descriptor_);
}

bool EventLog::write(const Event& event, double unix_time) {
  const std::string key = key_of(event);
  if (!key.empty() && !told_.insert(key).second) return false;
  const std::string line = to_json(event, unix_time) + "\n";
  // One call, so that a kill leaves whole lines or a torn last one.
  ssize_t written = 0;
  do written = ::write(descriptor_, line.data(), line.size());
  while (written < 0 && errno == EINTR);
  if (written != static_cast<ssize_t>(line.size()))
    fail(ErrorKind::io, "{}: cannot write: {}", file_.string(),
         written < 0 ? std::strerror(errno) : "the disk is full");
  return true;
}

}  // namespace tacit::coordinator
