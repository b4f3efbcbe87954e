#include "evaluation/line_log.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>
#include <system_error>

#include "core/error.h"
#include "core/files.h"

namespace tacit::evaluation {
namespace {

std::string reason() {
  return std::generic_category().message(errno);
}

}  // namespace

LineLog::LineLog(const std::filesystem::path& file,
                 const std::function<void(const std::string& line, std::size_t number)>& take)
    : file_(file) {
  const std::filesystem::path folder = file_.parent_path();
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) fail(ErrorKind::io, "cannot create the folder {}: {}", folder.string(), error.message());
  descriptor_ = ::open(file_.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (descriptor_ < 0) fail(ErrorKind::io, "cannot open {}: {}", file_.string(), reason());
  try {
    if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0)
      fail(ErrorKind::state, "another process works on {}; wait for it or give another --output", folder.string());
    read_all(take);
  } catch (...) {
    ::close(descriptor_);
    throw;
  }
}

LineLog::~LineLog() {
  ::close(descriptor_);
}

void LineLog::read_all(const std::function<void(const std::string& line, std::size_t number)>& take) {
  const std::string text = read_text(file_);
  std::size_t number = 0, start = 0;
  for (std::size_t end; (end = text.find('\n', start)) != std::string::npos; start = end + 1)
    take(text.substr(start, end - start), ++number);
  // What a kill cut off was never told to be done.
  if (start < text.size() && ::ftruncate(descriptor_, static_cast<off_t>(start)) != 0)
    fail(ErrorKind::io, "cannot shorten {}: {}", file_.string(), reason());
}

void LineLog::append(std::string line) {
  line += '\n';
  std::string_view left = line;
  while (!left.empty()) {
    const ssize_t count = ::write(descriptor_, left.data(), left.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail(ErrorKind::io, "cannot write {}: {}", file_.string(), reason());
    left.remove_prefix(static_cast<std::size_t>(count));
  }
  if (::fdatasync(descriptor_) != 0) fail(ErrorKind::io, "cannot write {}: {}", file_.string(), reason());
}

}  // namespace tacit::evaluation
