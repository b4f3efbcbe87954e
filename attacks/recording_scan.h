#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <vector>

#include "tacit/v1/recording.pb.h"

namespace tacit::attacks {

/// One group of a recording: the message that opens it, and the bytes of its chunks if they were wanted.
struct RecordedGroup {
  v1::RecordedMessage head;
  std::vector<std::byte> bytes;
};

/// Walks a recording from its start, group by group, with one wanted group in memory at a time. `wants` decides by the
/// head whether chunks are put together; `take` gets the head of every group, with bytes if wanted. Throws Error(io) if
/// the file cannot be read, Error(data) naming file and reason if it is damaged, cut off, or holds fields that this
/// version does not know.
void scan_recording(const std::filesystem::path& file, const std::function<bool(const v1::RecordedMessage&)>& wants,
                    const std::function<void(RecordedGroup)>& take);

}  // namespace tacit::attacks
