#include "datasets/readers/compressed_file.h"

#include <zlib.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "core/error.h"

namespace tacit::datasets {

namespace {

struct CloseGzip {
  // A failed close after reading has nothing to add: a short stream was already reported by gzread or gzerror.
  void operator()(gzFile file) const { gzclose_r(file); }
};

[[noreturn]] void report(gzFile stream, const std::filesystem::path& file) {
  const int system_error = errno;
  int code = Z_OK;
  const char* reason = gzerror(stream, &code);
  if (code == Z_ERRNO) fail(ErrorKind::io, "{}: cannot read: {}", file.string(), std::strerror(system_error));
  if (code == Z_BUF_ERROR)
    fail(ErrorKind::data, "{}: the gzip stream ends early: the file is truncated", file.string());
  fail(ErrorKind::data, "{}: the gzip stream is corrupt: {}", file.string(), reason);
}

}  // namespace

std::string read_maybe_compressed(const std::filesystem::path& file, std::size_t limit) {
  if (std::filesystem::is_directory(file)) fail(ErrorKind::io, "{}: is a folder, not a data file", file.string());
  errno = 0;
  const std::unique_ptr<gzFile_s, CloseGzip> stream(gzopen(file.c_str(), "rb"));
  if (!stream) fail(ErrorKind::io, "{}: cannot open: {}", file.string(), std::strerror(errno));

  constexpr unsigned piece = 1u << 16;
  std::string content;
  while (true) {
    const std::size_t end = content.size();
    content.resize(end + piece);
    const int got = gzread(stream.get(), content.data() + end, piece);
    if (got < 0) report(stream.get(), file);
    content.resize(end + static_cast<std::size_t>(got));
    if (content.size() > limit)
      fail(ErrorKind::data, "{}: holds more than the {} bytes allowed for a data file", file.string(), limit);
    if (got < static_cast<int>(piece)) break;
  }
  // zlib hands out what it could decode of a truncated stream and only then says so.
  int code = Z_OK;
  gzerror(stream.get(), &code);
  if (code != Z_OK && code != Z_STREAM_END) report(stream.get(), file);
  return content;
}

}  // namespace tacit::datasets
