#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>

struct gzFile_s;

namespace tacit::datasets {

/// The content of a file, decompressed if it is gzip (RFC 1952), as it stands otherwise, piece by piece: who converts
/// as it comes never holds the whole content beside the result. Not mapped into memory: a mapped file that somebody
/// cuts short takes the process with it.
class MaybeCompressedStream {
 public:
  /// Throws Error(io) if the file cannot be opened or is no regular file.
  explicit MaybeCompressedStream(const std::filesystem::path& file, std::size_t limit = std::size_t{1} << 31);

  /// Reads up to `size` bytes, fewer only at the end. Throws Error(io) if the file cannot be read, Error(data) if the
  /// compressed stream is corrupt or ends early, or if the content exceeds `limit` bytes.
  std::size_t read(char* to, std::size_t size);

  /// Bytes given out so far.
  std::size_t position() const noexcept { return position_; }
  /// More than the whole content can have: the size of the file times the largest ratio of the DEFLATE format, 1032.
  std::size_t largest_content() const noexcept { return largest_content_; }

 private:
  struct Close {
    void operator()(gzFile_s* stream) const noexcept;
  };
  [[noreturn]] void report();

  std::filesystem::path file_;
  std::size_t limit_, position_ = 0, largest_content_ = 0;
  std::unique_ptr<gzFile_s, Close> stream_;
};

/// The whole content. Throws what the stream throws.
std::string read_maybe_compressed(const std::filesystem::path& file, std::size_t limit = std::size_t{1} << 31);

}  // namespace tacit::datasets
