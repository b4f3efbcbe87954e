#pragma once

#include <cstdint>
#include <filesystem>
#include <istream>
#include <optional>
#include <string>
#include <string_view>

#include "core/error.h"

namespace tacit::wire {

/// Length field and checksum before each message of a recording (proto/recording.h).
inline constexpr std::size_t record_head_bytes = 12;

/// The end of a file is where a crash may have cut a record short; a reader reports it, a writer cuts it off.
class TornRecord : public Error {
 public:
  using Error::Error;
};

/// A message as one record.
std::string frame_record(std::string_view message);

/// The message of the record at `offset`, where the stream stands; nothing at the end of the file. Throws TornRecord if
/// the file ends inside the record, Error(data) if length or checksum are wrong; both give file and offset.
std::optional<std::string> read_record(std::istream& stream, const std::filesystem::path& file, std::uint64_t offset);

}  // namespace tacit::wire
