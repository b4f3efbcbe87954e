#pragma once

#include <filesystem>
#include <set>
#include <string>

#include "coordinator/events.h"

namespace tacit::coordinator {

/// Appends events to events.jsonl. Opening an existing file cuts off a last line without its line break (a crash) and
/// remembers which facts are told, so that telling them again after a restart writes nothing.
class EventLog {
 public:
  /// Throws Error(io), or Error(data) naming the line if the file is not a log of events.
  explicit EventLog(const std::filesystem::path& file);
  ~EventLog();
  EventLog(const EventLog&) = delete;
  EventLog& operator=(const EventLog&) = delete;

  /// Writes the line unless this fact is there; returns whether it wrote. Throws Error(io).
  bool write(const Event& event, double unix_time);

 private:
  std::filesystem::path file_;
  int descriptor_ = -1;
  std::set<std::string> told_;
};

}  // namespace tacit::coordinator
