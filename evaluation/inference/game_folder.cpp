#include "evaluation/inference/game_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <iterator>
#include <system_error>

#include "core/error.h"
#include "core/files.h"

namespace tacit::evaluation {

namespace fs = std::filesystem;

namespace {

constexpr const char* question_file = "question.toml";

}  // namespace

GameFolder::GameFolder(const fs::path& wanted, const std::string& question) {
  fs::path candidate = wanted;
  for (int number = 2; !take(candidate, question); ++number) {
    candidate = wanted;
    candidate += "-" + std::to_string(number);
  }
}

bool GameFolder::take(const fs::path& candidate, const std::string& question) {
  const fs::path file = candidate / question_file;
  if (fs::exists(candidate) && !fs::exists(file)) return false;  // somebody else's
  std::error_code error;
  fs::create_directories(candidate, error);
  if (error) fail(ErrorKind::io, "cannot create the folder {}: {}", candidate.string(), error.message());
  descriptor_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (descriptor_ < 0) fail(ErrorKind::io, "cannot open {}: {}", file.string(), std::generic_category().message(errno));
  const bool is_free = ::flock(descriptor_, LOCK_EX | LOCK_NB) == 0;
  const std::string asked = is_free ? read_text(file) : std::string();
  is_continued_ = is_free && asked == question && !fs::exists(candidate / "result.json");
  if (!is_continued_ && !(is_free && asked.empty())) {
    ::close(descriptor_);
    descriptor_ = -1;
    return false;
  }
  path_ = candidate;
  // In place, not by a new file: the lock is on this one.
  if (!is_continued_ && ::write(descriptor_, question.data(), question.size()) != static_cast<ssize_t>(question.size()))
    fail(ErrorKind::io, "cannot write {}: {}", file.string(), std::generic_category().message(errno));
  return true;
}

GameFolder::~GameFolder() {
  std::error_code ignored;
  const bool is_alone = std::distance(fs::directory_iterator(path_, ignored), fs::directory_iterator()) == 1;
  if (is_alone) {
    fs::remove(path_ / question_file, ignored);
    fs::remove(path_, ignored);
  }
  ::close(descriptor_);
}

}  // namespace tacit::evaluation
