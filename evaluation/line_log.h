#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>

namespace tacit::evaluation {

/// A file of lines that is only ever appended to, for work that a kill may interrupt: a line is on the disk before
/// `append` returns, and one that a kill cut off is dropped when the log is opened again. One process at a time: the
/// file is locked while the log is open.
class LineLog {
 public:
  /// Creates folder and file as needed and gives every whole line, counted from 1, to `take`. Throws Error(state) if
  /// another process has it, Error(io), and what `take` throws.
  LineLog(const std::filesystem::path& file,
          const std::function<void(const std::string& line, std::size_t number)>& take);
  ~LineLog();
  LineLog(const LineLog&) = delete;
  LineLog& operator=(const LineLog&) = delete;

  /// `line` without its end. One thread at a time.
  void append(std::string line);

 private:
  void read_all(const std::function<void(const std::string& line, std::size_t number)>& take);

  std::filesystem::path file_;
  int descriptor_ = -1;
};

}  // namespace tacit::evaluation
