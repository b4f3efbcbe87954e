#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace tacit::simulation {

/// A child process that cannot outlive us: the kernel kills it when this process dies, and the destructor asks it to
/// end (SIGTERM), waits a bounded time and then kills it. Movable.
class ChildProcess {
 public:
  /// Starts `program` with arguments; standard output and error are appended to `log`. `name` is for messages.
  /// Throws Error(io) if it cannot be started.
  ChildProcess(std::string name, const std::filesystem::path& program, const std::vector<std::string>& arguments,
               const std::filesystem::path& log);
  ~ChildProcess();
  ChildProcess(ChildProcess&& other) noexcept;
  ChildProcess& operator=(ChildProcess&&) = delete;

  const std::string& name() const noexcept { return name_; }
  int pid() const noexcept { return pid_; }
  /// The exit code once it has ended (128 + signal number if a signal ended it); nothing while it runs.
  std::optional<int> poll();
  /// Waits at most this long for the end.
  std::optional<int> wait(std::chrono::milliseconds patience);
  void signal(int number) const;
  /// SIGTERM, then SIGKILL after `grace`. Returns the exit code.
  int stop(std::chrono::milliseconds grace);
  /// The last lines it wrote, for an error message.
  std::string last_words(std::size_t lines = 5) const;

 private:
  std::string name_;
  std::filesystem::path log_;
  std::uintmax_t log_start_ = 0;  ///< where this process's words begin
  int pid_ = -1;
  std::optional<int> exit_code_;
};

}  // namespace tacit::simulation
