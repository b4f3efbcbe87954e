#include "coordinator/run_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "core/error.h"

namespace tacit::coordinator {
namespace {

std::string holder(int descriptor) {
  char text[32] = {};
  const ssize_t size = ::pread(descriptor, text, sizeof(text) - 1, 0);
  std::string process(text, size > 0 ? static_cast<std::size_t>(size) : 0);
  while (!process.empty() && process.back() == '\n') process.pop_back();
  return process.empty() ? "another process" : "process " + process;
}

}  // namespace

RunLock::RunLock(const RunFolder& folder) {
  const std::string file = folder.lock().string();
  descriptor_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (descriptor_ < 0) fail(ErrorKind::io, "{}: cannot open: {}", file, std::strerror(errno));
  if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
    const int reason = errno;
    const std::string who = holder(descriptor_);
    ::close(descriptor_);
    if (reason != EWOULDBLOCK) fail(ErrorKind::io, "{}: cannot lock: {}", file, std::strerror(reason));
    fail(ErrorKind::state, "run folder {}: {} conducts this run already", folder.path.string(), who);
  }
  const std::string self = std::to_string(::getpid()) + "\n";
  if (::ftruncate(descriptor_, 0) != 0 ||
      ::pwrite(descriptor_, self.data(), self.size(), 0) != static_cast<ssize_t>(self.size())) {
    const int reason = errno;
    ::close(descriptor_);
    fail(ErrorKind::io, "{}: cannot write: {}", file, std::strerror(reason));
  }
}

RunLock::~RunLock() {
  ::close(descriptor_);
}

bool RunLock::is_held(const RunFolder& folder) {
  const int descriptor = ::open(folder.lock().c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return false;
  const bool held = ::flock(descriptor, LOCK_SH | LOCK_NB) != 0;
  ::close(descriptor);
  return held;
}

}  // namespace tacit::coordinator
