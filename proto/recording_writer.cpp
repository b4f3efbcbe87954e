#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "core/error.h"
#include "proto/blob.h"
#include "proto/bytes.h"
#include "proto/record_frame.h"
#include "proto/recording.h"

namespace tacit::wire {
namespace {

[[noreturn]] void refuse(const std::filesystem::path& file, const char* what) {
  fail(ErrorKind::io, "{}: cannot {} the recording: {}", file.string(), what, std::strerror(errno));
}

void write_all(int descriptor, std::string_view bytes, const std::filesystem::path& file) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) refuse(file, "write to");
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

/// Messages that follow the first one of a group: the chunks of its blob.
std::uint64_t followers(const v1::RecordedMessage& message) {
  if (message.has_model()) return static_cast<std::uint64_t>(message.model().values().chunk_sha256_size());
  if (message.has_update()) return static_cast<std::uint64_t>(message.update().values().chunk_sha256_size());
  return 0;
}

bool starts_group(const v1::RecordedMessage& message) {
  return !message.has_model_chunk() && !message.has_update_chunk();
}

/// Whether the file holds nothing but a beginning of the magic line: what a crash during creation leaves.
bool is_unborn(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::string start(recording_magic.size(), '\0');
  stream.read(start.data(), static_cast<std::streamsize>(start.size()));
  start.resize(static_cast<std::size_t>(stream.gcount()));
  return start.size() < recording_magic.size() && recording_magic.starts_with(start);
}

}  // namespace

RecordingWriter::RecordingWriter(const std::filesystem::path& file, std::optional<std::uint64_t> durable_bytes)
    : file_(file) {
  if (std::filesystem::exists(file) && !is_unborn(file)) read_existing(durable_bytes);
  if (durable_bytes && size_ < *durable_bytes)
    fail(ErrorKind::data, "{}: whole up to byte {}, but {} bytes had been written durably", file_.string(), size_,
         *durable_bytes);
  descriptor_ = ::open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
  if (descriptor_ < 0) refuse(file, "open");
  if (::ftruncate(descriptor_, static_cast<off_t>(size_)) != 0) refuse(file, "cut");
  if (::lseek(descriptor_, 0, SEEK_END) < 0) refuse(file, "seek in");
  if (size_ == 0) {
    write_all(descriptor_, recording_magic, file);
    size_ = recording_magic.size();
  }
}

void RecordingWriter::read_existing(std::optional<std::uint64_t> durable_bytes) {
  RecordingReader reader(file_);
  size_ = reader.offset();
  std::uint64_t open = 0;  // messages that the group at hand still lacks
  std::optional<v1::RecordedMessage> first;
  try {
    while (auto message = reader.next()) {
      if ((open == 0) != starts_group(*message))
        fail(ErrorKind::data, "{}: the record before byte {} does not belong where it stands", file_.string(),
             reader.offset());
      if (open == 0) first = *message;
      open = open == 0 ? followers(*message) : open - 1;
      if (open != 0) continue;
      remember(*first);
      size_ = reader.offset();
      sequence_ = message->sequence() + 1;
    }
  } catch (const TornRecord&) {
    // A crash hit the last append; what came before it stands.
  } catch (const Error&) {
    if (!durable_bytes || size_ < *durable_bytes) throw;
  }
}

RecordingWriter::~RecordingWriter() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void RecordingWriter::add_run_description(const v1::JoinResponse& description) {
  if (has_description_) return;
  v1::RecordedMessage message;
  *message.mutable_run_description() = description;
  write_group({std::move(message)});
}

void RecordingWriter::add_model(std::uint32_t round, const v1::Model& model, std::span<const std::byte> values,
                                const std::string& client) {
  if (has_model(round, client)) return;
  std::vector<v1::RecordedMessage> group(1 + static_cast<std::size_t>(model.values().chunk_sha256_size()));
  *group.front().mutable_model() = model;
  for (std::size_t position = 0; position + 1 < group.size(); ++position)
    group[position + 1].mutable_model_chunk()->set_data(to_string(chunk_of(values, model.values(), position)));
  for (v1::RecordedMessage& message : group) {
    message.set_round(round);
    message.set_client(client);
  }
  write_group(std::move(group));
}

void RecordingWriter::add_update(std::uint32_t round, const std::string& client, const v1::UpdateHeader& header,
                                 const v1::WorkKey& key, std::span<const std::byte> values) {
  if (has_update(round, client)) return;
  std::vector<v1::RecordedMessage> group(1 + static_cast<std::size_t>(header.values().chunk_sha256_size()));
  *group.front().mutable_update() = header;
  for (std::size_t position = 0; position + 1 < group.size(); ++position) {
    v1::UploadChunkRequest& chunk = *group[position + 1].mutable_update_chunk();
    *chunk.mutable_key() = key;
    chunk.set_position(static_cast<std::uint32_t>(position));
    chunk.set_data(to_string(chunk_of(values, header.values(), position)));
  }
  for (v1::RecordedMessage& message : group) {
    message.set_round(round);
    message.set_client(client);
  }
  write_group(std::move(group));
}

void RecordingWriter::flush() {
  if (::fdatasync(descriptor_) != 0) refuse(file_, "flush");
}

void RecordingWriter::remember(const v1::RecordedMessage& first) {
  if (first.has_run_description()) has_description_ = true;
  if (first.has_model()) models_.insert({first.round(), first.client()});
  if (first.has_update()) updates_.insert({first.round(), first.client()});
}

void RecordingWriter::write_group(std::vector<v1::RecordedMessage> group) {
  std::string records;
  for (std::size_t i = 0; i < group.size(); ++i) {
    group[i].set_sequence(sequence_ + i);
    records += frame_record(group[i].SerializeAsString());
  }
  try {
    write_all(descriptor_, records, file_);
  } catch (const Error&) {
    // A full disk takes part of a group; the part must not stay before whatever is added later.
    if (::ftruncate(descriptor_, static_cast<off_t>(size_)) == 0) ::lseek(descriptor_, 0, SEEK_END);
    throw;
  }
  size_ += records.size();
  sequence_ += group.size();
  remember(group.front());
}

}  // namespace tacit::wire
