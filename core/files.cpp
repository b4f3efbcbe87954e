#include "core/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <system_error>
#include <utility>

#include "core/error.h"

namespace tacit {
namespace fs = std::filesystem;
namespace {

// strerror is not thread-safe; the message of the generic category is.
std::string reason(int code) {
  return std::generic_category().message(code);
}

/// An open file that is closed on every path out.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const noexcept { return number_; }
  /// Closes now; 0 or the error. Network file systems report late write errors here.
  int close() noexcept { return ::close(std::exchange(number_, -1)) == 0 ? 0 : errno; }

 private:
  int number_;
};

int open_retrying(const fs::path& path, int flags, unsigned mode = 0) {
  int number;
  do number = ::open(path.c_str(), flags | O_CLOEXEC, mode);
  while (number < 0 && errno == EINTR);
  return number;
}

/// Container is std::string or std::vector<std::byte>.
template <class Container>
Container read_whole(const fs::path& path, std::size_t limit) {
  Descriptor file(open_retrying(path, O_RDONLY));
  if (file.get() < 0) fail(ErrorKind::io, "cannot open {}: {}", path.string(), reason(errno));
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) fail(ErrorKind::io, "cannot read {}: {}", path.string(), reason(errno));
  if (S_ISDIR(status.st_mode)) fail(ErrorKind::io, "cannot read {}: it is a folder, expected a file", path.string());
  const auto too_large = [&] {
    fail(ErrorKind::data, "{} is larger than the {} bytes allowed for it", path.string(), limit);
  };
  const std::size_t announced = S_ISREG(status.st_mode) ? static_cast<std::size_t>(status.st_size) : 0;
  if (announced > limit) too_large();

  // The announced size is a hint only: files under /proc announce none, and a file may grow while it is read.
  Container content;
  content.resize(announced + 1);
  std::size_t used = 0;
  while (true) {
    if (used == content.size()) content.resize(2 * content.size() + 4096);
    const ssize_t count = ::read(file.get(), content.data() + used, content.size() - used);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail(ErrorKind::io, "cannot read {}: {}", path.string(), reason(errno));
    if (count == 0) break;
    used += static_cast<std::size_t>(count);
    if (used > limit) too_large();
  }
  content.resize(used);
  return content;
}

/// 0 or the error.
int write_all(int file, std::string_view content) {
  while (!content.empty()) {
    const ssize_t count = ::write(file, content.data(), content.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return errno;
    content.remove_prefix(static_cast<std::size_t>(count));
  }
  return 0;
}

/// Creates `path`, which must not exist, with this content on the disk itself. 0 or the error.
int write_durably(const fs::path& path, std::string_view content, unsigned mode) {
  Descriptor file(open_retrying(path, O_WRONLY | O_CREAT | O_EXCL, mode));
  if (file.get() < 0) return errno;
  // The mode given to open is narrowed by the umask; the caller's mode is meant exactly.
  if (::fchmod(file.get(), mode) != 0) return errno;
  if (const int error = write_all(file.get(), content)) return error;
  if (::fsync(file.get()) != 0) return errno;
  return file.close();
}

/// Makes a rename inside `folder` durable. 0 or the error.
int sync_folder(const fs::path& folder) {
  Descriptor handle(open_retrying(folder, O_RDONLY | O_DIRECTORY));
  if (handle.get() < 0) return errno;
  // Some file systems cannot sync a folder and say EINVAL: their renames are ordered anyway.
  return ::fsync(handle.get()) == 0 || errno == EINVAL ? 0 : errno;
}

}  // namespace

std::string read_text(const fs::path& file, std::size_t limit) {
  return read_whole<std::string>(file, limit);
}

std::vector<std::byte> read_bytes(const fs::path& file, std::size_t limit) {
  return read_whole<std::vector<std::byte>>(file, limit);
}

void write_atomically(const fs::path& file, std::string_view content, unsigned mode) {
  static std::atomic<std::uint64_t> counter{0};
  if (file.filename().empty()) fail(ErrorKind::io, "cannot write {}: it names no file", file.string());
  // Renaming over it would put a file in a device's place, for every program, where the process may do that.
  std::error_code unknown;
  if (const fs::file_status status = fs::status(file, unknown); fs::is_other(status))
    fail(ErrorKind::io, "cannot write {}: it is a device, pipe or socket, and only files are replaced", file.string());
  const fs::path folder = file.has_parent_path() ? file.parent_path() : fs::path(".");
  const fs::path temporary = folder / fmt::format(".{}.{}.{}", file.filename().string(), ::getpid(), ++counter);

  int error = write_durably(temporary, content, mode);
  if (error == EEXIST) {
    // Left behind by a process of the same number that was killed: nobody else can own this name.
    ::unlink(temporary.c_str());
    error = write_durably(temporary, content, mode);
  }
  if (error == 0 && ::rename(temporary.c_str(), file.c_str()) != 0) error = errno;
  if (error != 0) {
    ::unlink(temporary.c_str());
    fail(ErrorKind::io, "cannot write {}: {}", file.string(), reason(error));
  }
  if (const int unsynced = sync_folder(folder))
    fail(ErrorKind::io, "cannot make {} durable in its folder: {}", file.string(), reason(unsynced));
}

void write_atomically(const fs::path& file, std::span<const std::byte> content, unsigned mode) {
  write_atomically(file, std::string_view(reinterpret_cast<const char*>(content.data()), content.size()), mode);
}

TemporaryFolder::TemporaryFolder(std::string_view prefix) {
  std::error_code error;
  const fs::path base = fs::temp_directory_path(error);
  if (error) fail(ErrorKind::io, "the system has no usable temporary folder: {}", error.message());
  std::string pattern = (base / fmt::format("{}-XXXXXX", prefix)).string();
  if (::mkdtemp(pattern.data()) == nullptr)
    fail(ErrorKind::io, "cannot create a folder {}: {}", pattern, reason(errno));
  path_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

fs::path executable_path() {
  std::error_code error;
  fs::path path = fs::read_symlink("/proc/self/exe", error);
  if (error) fail(ErrorKind::io, "cannot tell where the running program lies (/proc/self/exe): {}", error.message());
  return path;
}

fs::path share_folder() {
  std::error_code ignored;
  const char* setting = std::getenv("TACIT_SHARE");
  if (setting != nullptr && *setting != '\0' && fs::is_directory(setting, ignored)) return setting;
  fs::path beside = executable_path().parent_path().parent_path() / "share" / "tacit";
  if (fs::is_directory(beside, ignored)) return beside;
  fail(ErrorKind::io, "the installed data files are missing: neither {} nor $TACIT_SHARE ({}) is a folder",
       beside.string(), setting != nullptr && *setting != '\0' ? setting : "not set");
}

}  // namespace tacit
