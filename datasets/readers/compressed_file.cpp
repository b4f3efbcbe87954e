#include "datasets/readers/compressed_file.h"

#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "core/error.h"
#include "datasets/readers/regular_file.h"

namespace tacit::datasets {

void MaybeCompressedStream::Close::operator()(gzFile_s* stream) const noexcept {
  // A failed close after reading has nothing to add: a short stream was already reported.
  gzclose_r(stream);
}

MaybeCompressedStream::MaybeCompressedStream(const std::filesystem::path& file, std::size_t limit)
    : file_(file), limit_(limit) {
  require_regular_file(file);
  std::error_code unknown;
  constexpr std::size_t largest_ratio = 1032, header = 64;
  const std::size_t bytes = std::filesystem::file_size(file, unknown);
  largest_content_ = unknown || bytes > limit ? limit : bytes * largest_ratio + header;
  errno = 0;
  stream_.reset(gzopen(file.c_str(), "rb"));
  if (!stream_) fail(ErrorKind::io, "{}: cannot open: {}", file.string(), std::generic_category().message(errno));
}

std::size_t MaybeCompressedStream::read(char* to, std::size_t size) {
  std::size_t done = 0;
  while (done < size) {
    const auto piece = static_cast<unsigned>(std::min<std::size_t>(size - done, 1u << 20));
    errno = 0;
    const int got = gzread(stream_.get(), to + done, piece);
    if (got < 0) report();
    done += static_cast<std::size_t>(got);
    if (got < static_cast<int>(piece)) {
      // zlib hands out what it could decode of a truncated stream and only then says so.
      int code = Z_OK;
      gzerror(stream_.get(), &code);
      if (code != Z_OK && code != Z_STREAM_END) report();
      break;
    }
  }
  position_ += done;
  if (position_ > limit_)
    fail(ErrorKind::data, "{}: holds more than the {} bytes allowed for a data file", file_.string(), limit_);
  return done;
}

void MaybeCompressedStream::report() {
  const int system_error = errno;
  int code = Z_OK;
  const char* reason = gzerror(stream_.get(), &code);
  if (code == Z_ERRNO)
    fail(ErrorKind::io, "{}: cannot read: {}", file_.string(), std::generic_category().message(system_error));
  if (code == Z_BUF_ERROR)
    fail(ErrorKind::data, "{}: the gzip stream ends early: the file is truncated", file_.string());
  fail(ErrorKind::data, "{}: the gzip stream is corrupt: {}", file_.string(), reason);
}

std::string read_maybe_compressed(const std::filesystem::path& file, std::size_t limit) {
  MaybeCompressedStream stream(file, limit);
  constexpr std::size_t piece = 1u << 16;
  std::string content;
  while (true) {
    const std::size_t end = content.size();
    content.resize(end + piece);
    const std::size_t got = stream.read(content.data() + end, piece);
    content.resize(end + got);
    if (got < piece) return content;
  }
}

}  // namespace tacit::datasets
