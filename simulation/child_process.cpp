#include "simulation/child_process.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <fstream>
#include <thread>

#include "core/error.h"

namespace tacit::simulation {
namespace {

// Runs between fork and exec in a copy of a program with many threads: only calls that POSIX lists as safe there.
[[noreturn]] void become(const char* program, char* const* arguments, int log, pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(127);  // the parent died before the line above
  // Out of the terminal's foreground group: Ctrl-C reaches the parent, which ends its children in order.
  setpgid(0, 0);
  const int nothing = open("/dev/null", O_RDONLY);
  if (nothing < 0 || dup2(nothing, 0) < 0 || dup2(log, 1) < 0 || dup2(log, 2) < 0) _exit(127);
  execv(program, arguments);
  _exit(127);
}

}  // namespace

ChildProcess::ChildProcess(std::string name, const std::filesystem::path& program,
                           const std::vector<std::string>& arguments, const std::filesystem::path& log)
    : name_(std::move(name)), log_(log) {
  std::vector<std::string> words{program.string()};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);

  if (access(program.c_str(), X_OK) != 0)
    fail(ErrorKind::io, "cannot start {}: {}: {}", name_, program.string(), std::strerror(errno));
  const int descriptor = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (descriptor < 0)
    fail(ErrorKind::io, "cannot write the log {} of {}: {}", log.string(), name_, std::strerror(errno));
  log_start_ = std::filesystem::file_size(log);
  const pid_t parent = getpid();
  pid_ = fork();
  if (pid_ == 0) become(pointers[0], pointers.data(), descriptor, parent);
  const int reason = errno;
  close(descriptor);
  if (pid_ < 0) fail(ErrorKind::io, "cannot start {}: {}", name_, std::strerror(reason));
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : name_(std::move(other.name_)),
      log_(std::move(other.log_)),
      log_start_(other.log_start_),
      pid_(other.pid_),
      exit_code_(other.exit_code_) {
  other.pid_ = -1;
}

ChildProcess::~ChildProcess() {
  if (pid_ > 0) stop(std::chrono::seconds(3));
}

std::optional<int> ChildProcess::poll() {
  if (exit_code_ || pid_ <= 0) return exit_code_;
  int status = 0;
  const pid_t ended = waitpid(pid_, &status, WNOHANG);
  if (ended == pid_) exit_code_ = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  return exit_code_;
}

std::optional<int> ChildProcess::wait(std::chrono::milliseconds patience) {
  const auto until = std::chrono::steady_clock::now() + patience;
  while (!poll() && std::chrono::steady_clock::now() < until) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  return exit_code_;
}

void ChildProcess::signal(int number) const {
  if (pid_ > 0 && !exit_code_) kill(pid_, number);
}

int ChildProcess::stop(std::chrono::milliseconds grace) {
  if (!poll()) {
    signal(SIGTERM);
    if (!wait(grace)) {
      signal(SIGKILL);
      wait(std::chrono::seconds(10));
    }
  }
  return exit_code_.value_or(-1);
}

std::string ChildProcess::last_words(std::size_t lines) const {
  std::ifstream stream(log_);
  stream.seekg(static_cast<std::streamoff>(log_start_));
  std::vector<std::string> kept;
  for (std::string line; std::getline(stream, line);) {
    kept.push_back(line);
    if (kept.size() > lines) kept.erase(kept.begin());
  }
  std::string text;
  for (const std::string& line : kept) text += "\n  " + line;
  return text;
}

}  // namespace tacit::simulation
