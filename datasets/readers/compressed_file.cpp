#include "datasets/readers/compressed_file.h"

#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>

#include "core/error.h"
#include "core/memory.h"
#include "datasets/readers/regular_file.h"

namespace tacit::datasets {

namespace {

constexpr std::size_t buffer_bytes = std::size_t{1} << 16;
constexpr unsigned char magic[] = {0x1f, 0x8b};

}  // namespace

void MaybeCompressedStream::EndInflation::operator()(z_stream_s* stream) const noexcept {
  inflateEnd(stream);
  delete stream;
}

MaybeCompressedStream::MaybeCompressedStream(const std::filesystem::path& file, std::size_t limit)
    : file_(file), limit_(limit), buffer_(buffer_bytes) {
  require_regular_file(file);
  std::error_code unknown;
  constexpr std::size_t largest_ratio = 1032, header = 64;
  const std::size_t bytes = std::filesystem::file_size(file, unknown);
  largest_content_ = unknown || bytes > limit ? limit : bytes * largest_ratio + header;
  errno = 0;
  input_.open(file, std::ios::binary);
  if (!input_) fail(ErrorKind::io, "{}: cannot open: {}", file.string(), std::generic_category().message(errno));
  refill();
  if (end_ < sizeof(magic) || std::memcmp(buffer_.data(), magic, sizeof(magic)) != 0) return;
  auto stream = std::make_unique<z_stream_s>();
  constexpr int gzip_window = 15 + 16;
  if (inflateInit2(stream.get(), gzip_window) != Z_OK)
    fail(ErrorKind::resource, "{}: no memory to decompress it", file.string());
  inflation_.reset(stream.release());
}

bool MaybeCompressedStream::refill() {
  errno = 0;
  input_.read(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
  begin_ = 0;
  end_ = static_cast<std::size_t>(input_.gcount());
  if (input_.bad()) fail(ErrorKind::io, "{}: cannot read: {}", file_.string(), std::generic_category().message(errno));
  return end_ > 0;
}

std::size_t MaybeCompressedStream::read(char* to, std::size_t size) {
  const std::size_t done = inflation_ ? read_compressed(to, size) : read_plain(to, size);
  position_ += done;
  if (position_ > limit_)
    fail(ErrorKind::data, "{}: holds more than the {} bytes allowed for a data file", file_.string(), limit_);
  return done;
}

std::size_t MaybeCompressedStream::read_plain(char* to, std::size_t size) {
  std::size_t done = 0;
  while (done < size && (begin_ < end_ || refill())) {
    const std::size_t piece = std::min(size - done, end_ - begin_);
    std::memcpy(to + done, buffer_.data() + begin_, piece);
    begin_ += piece;
    taken_ += piece;
    done += piece;
  }
  return done;
}

std::size_t MaybeCompressedStream::read_compressed(char* to, std::size_t size) {
  constexpr std::size_t largest_piece = std::size_t{1} << 30;
  std::size_t done = 0;
  while (done < size && !is_over_) {
    if (begin_ == end_ && !refill())
      fail(ErrorKind::data, "{}: the gzip stream ends early: the file is truncated", file_.string());
    const std::size_t room = std::min(size - done, largest_piece), given = end_ - begin_;
    inflation_->next_in = reinterpret_cast<unsigned char*>(buffer_.data() + begin_);
    inflation_->avail_in = static_cast<unsigned>(given);
    inflation_->next_out = reinterpret_cast<unsigned char*>(to + done);
    inflation_->avail_out = static_cast<unsigned>(room);
    const int code = inflate(inflation_.get(), Z_NO_FLUSH);
    begin_ = end_ - inflation_->avail_in;
    taken_ += given - inflation_->avail_in;
    done += room - inflation_->avail_out;
    if (code == Z_STREAM_END)
      is_over_ = !next_member();
    else if (code != Z_OK && code != Z_BUF_ERROR)
      fail(ErrorKind::data, "{}: the gzip stream is corrupt: {}", file_.string(),
           inflation_->msg != nullptr ? inflation_->msg : "no reason is given");
  }
  return done;
}

bool MaybeCompressedStream::next_member() {
  if (begin_ == end_ && !refill()) return false;
  // Two bytes may lie on both sides of a refill; the first one tells already.
  if (static_cast<unsigned char>(buffer_[begin_]) != magic[0])
    fail(ErrorKind::data, "{}: something that is no gzip stream stands behind the first one, from byte {} on",
         file_.string(), taken_);
  inflateReset(inflation_.get());
  return true;
}

std::string read_maybe_compressed(const std::filesystem::path& file, std::size_t limit) {
  MaybeCompressedStream stream(file, limit);
  constexpr std::size_t piece = 1u << 16;
  std::string content;
  while (true) {
    const std::size_t end = content.size();
    if (content.capacity() < end + piece)
      require_memory(2.0 * static_cast<double>(end + piece),
                     fmt::format("{}: content of more than {} bytes", file.string(), end));
    content.resize(end + piece);
    const std::size_t got = stream.read(content.data() + end, piece);
    content.resize(end + got);
    if (got < piece) return content;
  }
}

}  // namespace tacit::datasets
