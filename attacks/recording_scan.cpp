#include "attacks/recording_scan.h"

#include <optional>

#include "core/error.h"
#include "proto/blob.h"
#include "proto/bytes.h"
#include "proto/recording.h"

namespace tacit::attacks {
namespace {

/// Whether a message or one inside it holds fields that the definitions compiled in here do not name.
bool has_unknown_fields(const google::protobuf::Message& message) {
  const google::protobuf::Reflection& reflection = *message.GetReflection();
  if (!reflection.GetUnknownFields(message).empty()) return true;
  std::vector<const google::protobuf::FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const auto* field : fields) {
    if (field->cpp_type() != google::protobuf::FieldDescriptor::CPPTYPE_MESSAGE) continue;
    if (!field->is_repeated()) {
      if (has_unknown_fields(reflection.GetMessage(message, field))) return true;
      continue;
    }
    for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
      if (has_unknown_fields(reflection.GetRepeatedMessage(message, field, i))) return true;
    }
  }
  return false;
}

/// The group at hand: how many chunks it still lacks, and their bytes if they are wanted.
class OpenGroup {
 public:
  OpenGroup(v1::RecordedMessage head, bool wanted, std::size_t byte_limit) : head_(std::move(head)) {
    if (head_.has_model()) chunks_ = head_.model().values().chunk_sha256_size();
    if (head_.has_update()) chunks_ = head_.update().values().chunk_sha256_size();
    if (!wanted || head_.has_run_description()) return;
    assembler_.emplace(head_.has_model() ? head_.model().values() : head_.update().values(), byte_limit);
  }

  bool complete() const { return seen_ == chunks_; }

  void add(const v1::RecordedMessage& message) {
    if (message.round() != head_.round() || message.client() != head_.client() ||
        message.has_model_chunk() != head_.has_model()) {
      fail(ErrorKind::data, "message {} does not belong to the group before it", message.sequence());
    }
    const auto position = message.has_model_chunk() ? static_cast<std::size_t>(seen_)
                                                    : static_cast<std::size_t>(message.update_chunk().position());
    ++seen_;
    if (!assembler_) return;
    assembler_->put(position, wire::as_bytes(message.has_model_chunk() ? message.model_chunk().data()
                                                                       : message.update_chunk().data()));
  }

  RecordedGroup finish() {
    RecordedGroup group{std::move(head_), {}};
    if (assembler_) group.bytes = assembler_->take();
    return group;
  }

 private:
  v1::RecordedMessage head_;
  std::optional<wire::BlobAssembler> assembler_;
  int chunks_ = 0, seen_ = 0;
};

}  // namespace

void scan_recording(const std::filesystem::path& file, const std::function<bool(const v1::RecordedMessage&)>& wants,
                    const std::function<void(RecordedGroup)>& take) {
  wire::RecordingReader reader(file);
  // No blob in a file is larger than the file: a damaged size cannot make us allocate more.
  const auto byte_limit = static_cast<std::size_t>(std::filesystem::file_size(file));
  std::optional<OpenGroup> open;
  while (const auto message = reader.next()) {
    if (has_unknown_fields(*message)) {
      fail(ErrorKind::data, "{}: message {} has fields that this version does not know: it was written by another one",
           file.string(), message->sequence());
    }
    const bool is_chunk = message->has_model_chunk() || message->has_update_chunk();
    if (is_chunk != open.has_value()) {
      fail(ErrorKind::data, "{}: message {} {}", file.string(), message->sequence(),
           is_chunk ? "is a chunk of nothing announced" : "stands where a chunk of the message before was expected");
    }
    try {
      if (is_chunk) {
        open->add(*message);
      } else {
        open.emplace(*message, wants(*message), byte_limit);
      }
      if (!open->complete()) continue;
      take(open->finish());
      open.reset();
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::data) throw;
      fail(ErrorKind::data, "{}: {}", file.string(), error.what());
    }
  }
  if (open) fail(ErrorKind::data, "{}: the recording ends inside a model or an update", file.string());
}

}  // namespace tacit::attacks
