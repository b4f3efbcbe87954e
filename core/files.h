#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tacit {

/// Whole file. Throws Error(io) naming the path and the system's reason, Error(data) above `limit` bytes.
std::string read_text(const std::filesystem::path& file, std::size_t limit = std::size_t{1} << 32);
std::vector<std::byte> read_bytes(const std::filesystem::path& file, std::size_t limit = std::size_t{1} << 32);

/// Replaces a file so that after a crash the old or the new content is there, whole: writes beside it, fsyncs, renames,
/// fsyncs the folder. `mode`: permission bits (0600 for keys). Throws Error(io), also on a device or pipe of that name.
void write_atomically(const std::filesystem::path& file, std::string_view content, unsigned mode = 0644);
void write_atomically(const std::filesystem::path& file, std::span<const std::byte> content, unsigned mode = 0644);

/// A new, empty folder below the system's temporary folder; removed with everything in it on destruction.
class TemporaryFolder {
 public:
  explicit TemporaryFolder(std::string_view prefix = "tacit");
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::filesystem::path& path() const noexcept { return path_; }

 private:
  std::filesystem::path path_;
};

/// The running executable, and the folder of installed data files beside it: <executable>/../../share/tacit, or
/// $TACIT_SHARE if set. Throws Error(io) naming both places if neither exists.
std::filesystem::path executable_path();
std::filesystem::path share_folder();

}  // namespace tacit
