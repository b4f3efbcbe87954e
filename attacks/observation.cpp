#include "attacks/observation.h"

#include <bit>
#include <optional>

#include "attacks/observed_model.h"
#include "attacks/recording_scan.h"
#include "core/error.h"
#include "proto/bytes.h"
#include "proto/model_codec.h"
#include "proto/update_codec.h"

namespace tacit::attacks {
namespace {

RunDescription to_description(const v1::JoinResponse& message) {
  return {message.run(),
          message.model_toml(),
          message.training_toml(),
          message.pipeline_toml(),
          Shape(message.input_shape().begin(), message.input_shape().end()),
          message.classes()};
}

UpdateKind to_kind(v1::UpdateKind kind) {
  if (kind == v1::UPDATE_KIND_DELTA) return UpdateKind::delta;
  if (kind == v1::UPDATE_KIND_GRADIENT) return UpdateKind::gradient;
  fail(ErrorKind::data, "update.kind: {} is unknown; known are DELTA (1) and GRADIENT (2)", static_cast<int>(kind));
}

/// What a recording holds about one update.
struct Pieces {
  std::optional<v1::JoinResponse> description;
  std::optional<RecordedGroup> model, update;
};

Pieces collect(const std::filesystem::path& file, std::uint32_t round, const std::string& client) {
  Pieces pieces;
  const auto wants = [&](const v1::RecordedMessage& head) {
    return head.round() == round && (head.has_model() || (head.has_update() && head.client() == client));
  };
  scan_recording(file, wants, [&](RecordedGroup group) {
    if (group.head.has_run_description()) {
      pieces.description = group.head.run_description();
    } else if (wants(group.head)) {
      (group.head.has_model() ? pieces.model : pieces.update) = std::move(group);
    }
  });
  if (!pieces.description) fail(ErrorKind::data, "the run description is missing");
  if (!pieces.model) fail(ErrorKind::data, "round {} is missing", round);
  if (!pieces.update) fail(ErrorKind::data, "round {} has no update of client '{}'", round, client);
  return pieces;
}

Observation::Contents decode(const Pieces& pieces) {
  RunDescription run = to_description(*pieces.description);
  const auto schema = observed_model(run).schema();
  if (wire::to_digest(pieces.description->schema_hash(), "run_description.schema_hash") != schema->hash()) {
    fail(
        ErrorKind::data,
        "the recorded run has parameter schema {}, this version builds {} from its description: it was made by another "
        "version",
        wire::hex(pieces.description->schema_hash()), to_hex(schema->hash()));
  }
  Parameters model = wire::decode_model(pieces.model->head.model(), pieces.model->bytes, schema);
  const v1::UpdateHeader& header = pieces.update->head.update();
  wire::DecodedUpdate update = wire::decode_update(header, pieces.update->bytes, *schema, model.hash());
  return {std::move(run),   pieces.update->head.round(), pieces.update->head.client(),
          std::move(model), to_kind(update.kind),        std::move(update.values),
          update.examples,  update.training_loss};
}

void append(std::string& bytes, std::uint64_t number) {
  for (int shift = 0; shift < 64; shift += 8) bytes += static_cast<char>((number >> shift) & 0xff);
}

void append(std::string& bytes, const std::string& text) {
  append(bytes, text.size());
  bytes += text;
}

void append(std::string& bytes, std::span<const float> values) {
  append(bytes, values.size());
  bytes += wire::to_string(std::as_bytes(values));
}

}  // namespace

Observation Observation::read(const std::filesystem::path& recording, std::uint32_t round, const std::string& client) {
  try {
    return Observation(decode(collect(recording, round, client)));
  } catch (const Error& error) {
    const std::string reason = error.what();
    if (error.kind() != ErrorKind::data || reason.starts_with(recording.string())) throw;
    fail(ErrorKind::data, "{}: {}", recording.string(), reason);
  }
}

std::vector<Observation> Observation::read_all(const std::filesystem::path& recording) {
  std::vector<Observation> all;
  try {
    Pieces pieces;
    const auto take = [&](RecordedGroup group) {
      if (group.head.has_run_description()) {
        pieces.description = group.head.run_description();
      } else if (group.head.has_model()) {
        pieces.model = std::move(group);
      } else {
        if (!pieces.description) fail(ErrorKind::data, "the run description is missing");
        if (!pieces.model || pieces.model->head.round() != group.head.round())
          fail(ErrorKind::data, "the model of round {} is missing", group.head.round());
        pieces.update = std::move(group);
        all.push_back(Observation(decode(pieces)));
      }
    };
    scan_recording(
        recording, [](const v1::RecordedMessage&) { return true; }, take);
  } catch (const Error& error) {
    const std::string reason = error.what();
    if (error.kind() != ErrorKind::data || reason.starts_with(recording.string())) throw;
    fail(ErrorKind::data, "{}: {}", recording.string(), reason);
  }
  return all;
}

Observation Observation::with_update(std::vector<float> update) const {
  if (update.size() != contents_.update.size()) {
    fail(ErrorKind::usage, "an update of {} numbers cannot replace one of {}", update.size(), contents_.update.size());
  }
  Contents contents = contents_;
  contents.update = std::move(update);
  return Observation(std::move(contents));
}

std::string Observation::serialize() const {
  std::string bytes;
  for (const std::string* text :
       {&run().run, &run().model_toml, &run().training_toml, &run().pipeline_toml, &client()}) {
    append(bytes, *text);
  }
  append(bytes, run().input_shape.size());
  for (const std::int64_t extent : run().input_shape) append(bytes, static_cast<std::uint64_t>(extent));
  append(bytes, run().classes);
  append(bytes, round());
  append(bytes, static_cast<std::uint64_t>(kind()));
  append(bytes, examples());
  append(bytes, std::bit_cast<std::uint64_t>(training_loss()));
  append(bytes, model().values());
  append(bytes, std::span<const float>(update()));
  return bytes;
}

std::vector<RecordedUpdate> list_updates(const std::filesystem::path& recording) {
  std::vector<RecordedUpdate> updates;
  scan_recording(
      recording, [](const v1::RecordedMessage&) { return false; },
      [&](const RecordedGroup& group) {
        if (!group.head.has_update()) return;
        updates.push_back({group.head.round(), group.head.client(), to_kind(group.head.update().kind()),
                           group.head.update().examples()});
      });
  return updates;
}

}  // namespace tacit::attacks
