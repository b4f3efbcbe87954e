#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "tacit/v1/recording.pb.h"

namespace tacit::wire {

// A recording file: 16 bytes "tacit recording\n", then records. A record is
//   u32 LE   length of the message in bytes, 1 to recorded_message_limit
//   8 bytes  first bytes of SHA-256(length field, message)
//   message  a serialised v1::RecordedMessage
// Messages are numbered from 0 without a gap. They stand in groups that are written whole: the run description; a model
// and its chunks; an update and its chunks. One round is its model group, then one for each client that was sent a
// model of its own, then the groups of its updates.

inline constexpr std::string_view recording_magic = "tacit recording\n";
inline constexpr std::size_t recorded_message_limit = std::size_t{5} << 20;

/// Reads a recording message by message; holds one message in memory.
class RecordingReader {
 public:
  /// Throws Error(io) if the file cannot be read, Error(data) if it is not a recording.
  explicit RecordingReader(const std::filesystem::path& file);

  /// The next message, or nothing at the end. Throws Error(data) with file and byte offset if the record there is cut
  /// off, damaged, too long, or out of sequence.
  std::optional<v1::RecordedMessage> next();
  /// Byte offset of the record that `next` reads next.
  std::uint64_t offset() const noexcept { return offset_; }

 private:
  std::filesystem::path file_;
  std::ifstream stream_;
  std::uint64_t offset_ = 0;
  std::uint64_t sequence_ = 0;
};

/// Appends groups to a recording and goes on after a crash: opening an existing file cuts off an incomplete group at
/// its end and remembers what is there, so that a group given again is not written twice. Not thread-safe.
class RecordingWriter {
 public:
  /// Creates the file or continues it. `durable_bytes` is the size() after the last flush, if the caller kept it: a
  /// power failure may damage anything behind it, which is then cut off too. Throws Error(io), or Error(data) with the
  /// offset if the file is damaged where a crash cannot damage it, or is not a recording.
  explicit RecordingWriter(const std::filesystem::path& file, std::optional<std::uint64_t> durable_bytes = {});
  ~RecordingWriter();
  RecordingWriter(const RecordingWriter&) = delete;
  RecordingWriter& operator=(const RecordingWriter&) = delete;

  // Each throws Error(usage) if the values are not as long as the blob says, Error(io) if the disk refuses; then the
  // file ends as before the call.
  void add_run_description(const v1::JoinResponse& description);
  /// `client` if this model was sent to that client alone, in place of the round's.
  void add_model(std::uint32_t round, const v1::Model& model, std::span<const std::byte> values,
                 const std::string& client = {});
  void add_update(std::uint32_t round, const std::string& client, const v1::UpdateHeader& header,
                  const v1::WorkKey& key, std::span<const std::byte> values);

  bool has_run_description() const noexcept { return has_description_; }
  bool has_model(std::uint32_t round, const std::string& client = {}) const {
    return models_.contains({round, client});
  }
  bool has_update(std::uint32_t round, const std::string& client) const { return updates_.contains({round, client}); }

  /// Returns when everything added is on the disk (fdatasync).
  void flush();
  /// Bytes of the file so far.
  std::uint64_t size() const noexcept { return size_; }

 private:
  void read_existing(std::optional<std::uint64_t> durable_bytes);
  void remember(const v1::RecordedMessage& first);
  void write_group(std::vector<v1::RecordedMessage> group);

  std::filesystem::path file_;
  int descriptor_ = -1;
  std::uint64_t sequence_ = 0;
  std::uint64_t size_ = 0;
  bool has_description_ = false;
  std::set<std::pair<std::uint32_t, std::string>> models_, updates_;
};

}  // namespace tacit::wire
