#include <cerrno>
#include <cstring>

#include "core/error.h"
#include "proto/record_frame.h"
#include "proto/recording.h"

namespace tacit::wire {

RecordingReader::RecordingReader(const std::filesystem::path& file) : file_(file), stream_(file, std::ios::binary) {
  if (!stream_) fail(ErrorKind::io, "{}: cannot open the recording: {}", file.string(), std::strerror(errno));
  std::string magic(recording_magic.size(), '\0');
  stream_.read(magic.data(), static_cast<std::streamsize>(magic.size()));
  if (!stream_ || magic != recording_magic)
    fail(ErrorKind::data, "{}: not a recording: it does not begin with 'tacit recording'", file.string());
  offset_ = recording_magic.size();
}

std::optional<v1::RecordedMessage> RecordingReader::next() {
  const std::optional<std::string> payload = read_record(stream_, file_, offset_);
  if (!payload) return {};
  v1::RecordedMessage message;
  if (!message.ParseFromString(*payload))
    fail(ErrorKind::data, "{}: the record at byte {} is not a recorded message", file_.string(), offset_);
  if (message.sequence() != sequence_)
    fail(ErrorKind::data, "{}: the record at byte {} has number {}, expected was {}", file_.string(), offset_,
         message.sequence(), sequence_);
  if (message.payload_case() == v1::RecordedMessage::PAYLOAD_NOT_SET)
    fail(ErrorKind::data, "{}: the record at byte {} has no payload that this version knows", file_.string(), offset_);
  ++sequence_;
  offset_ += record_head_bytes + payload->size();
  return message;
}

}  // namespace tacit::wire
