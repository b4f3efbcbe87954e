#include "proto/record_frame.h"

#include <cstring>

#include "core/digest.h"
#include "proto/bytes.h"
#include "proto/recording.h"

namespace tacit::wire {
namespace {

constexpr std::size_t length_bytes = 4, checksum_bytes = record_head_bytes - length_bytes;

std::string checksum(std::string_view length_field, std::string_view message) {
  return to_string(Sha256().update(length_field).update(message).finish()).substr(0, checksum_bytes);
}

/// Fills `into`; false if the file ends before.
bool read_exactly(std::istream& stream, std::string& into) {
  stream.read(into.data(), static_cast<std::streamsize>(into.size()));
  return static_cast<std::size_t>(stream.gcount()) == into.size();
}

[[noreturn]] void torn(const std::filesystem::path& file, std::uint64_t offset) {
  throw TornRecord(ErrorKind::data,
                   fmt::format("{}: the file ends inside the record at byte {}", file.string(), offset));
}

}  // namespace

std::string frame_record(std::string_view message) {
  if (message.empty() || message.size() > recorded_message_limit)
    fail(ErrorKind::usage, "a recorded message of {} bytes: 1 to {} are possible", message.size(),
         recorded_message_limit);
  const auto length = static_cast<std::uint32_t>(message.size());
  std::string record(reinterpret_cast<const char*>(&length), length_bytes);
  record += checksum(record, message);
  return record += message;
}

std::optional<std::string> read_record(std::istream& stream, const std::filesystem::path& file, std::uint64_t offset) {
  if (stream.peek() == std::istream::traits_type::eof()) return {};
  std::string head(record_head_bytes, '\0');
  if (!read_exactly(stream, head)) torn(file, offset);
  std::uint32_t length = 0;
  std::memcpy(&length, head.data(), length_bytes);
  if (length == 0 || length > recorded_message_limit)
    fail(ErrorKind::data, "{}: the record at byte {} claims {} bytes, 1 to {} are possible", file.string(), offset,
         length, recorded_message_limit);
  std::string message(length, '\0');
  if (!read_exactly(stream, message)) torn(file, offset);
  if (checksum(std::string_view(head).substr(0, length_bytes), message) != std::string_view(head).substr(length_bytes))
    fail(ErrorKind::data, "{}: the record at byte {} is damaged: its checksum does not fit", file.string(), offset);
  return message;
}

}  // namespace tacit::wire
