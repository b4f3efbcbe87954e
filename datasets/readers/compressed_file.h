#pragma once

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

struct z_stream_s;

namespace tacit::datasets {

/// The content of a file, decompressed if it is gzip (RFC 1952), as it stands otherwise, piece by piece: who converts
/// as it comes never holds the whole content beside the result. Not mapped into memory: a mapped file that somebody
/// cuts short takes the process with it.
class MaybeCompressedStream {
 public:
  /// Throws Error(io) if the file cannot be opened or is no regular file.
  explicit MaybeCompressedStream(const std::filesystem::path& file, std::size_t limit = std::size_t{1} << 31);

  /// Reads up to `size` bytes, fewer only at the end. Throws Error(io) if the file cannot be read, Error(data) if the
  /// compressed stream is corrupt, ends early or has something behind it that is no further gzip stream, or if the
  /// content exceeds `limit` bytes.
  std::size_t read(char* to, std::size_t size);

  bool is_compressed() const noexcept { return inflation_ != nullptr; }
  /// Bytes given out so far.
  std::size_t position() const noexcept { return position_; }
  /// More than the whole content can have: the size of the file times the largest ratio of the DEFLATE format, 1032.
  std::size_t largest_content() const noexcept { return largest_content_; }

 private:
  struct EndInflation {
    void operator()(z_stream_s* stream) const noexcept;
  };
  /// Refills the buffer of bytes as they stand in the file; false at its end.
  bool refill();
  std::size_t read_plain(char* to, std::size_t size);
  std::size_t read_compressed(char* to, std::size_t size);
  /// After the end of one compressed stream: whether another one begins. Refuses anything else but the end.
  bool next_member();

  std::filesystem::path file_;
  std::size_t limit_, position_ = 0, largest_content_ = 0;
  std::ifstream input_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0, end_ = 0;                      ///< what is left of the buffer
  std::size_t taken_ = 0;                                ///< bytes of the file before begin_
  std::unique_ptr<z_stream_s, EndInflation> inflation_;  ///< null: not compressed
  bool is_over_ = false;                                 ///< the last compressed stream has ended
};

/// The whole content. Throws what the stream throws.
std::string read_maybe_compressed(const std::filesystem::path& file, std::size_t limit = std::size_t{1} << 31);

}  // namespace tacit::datasets
