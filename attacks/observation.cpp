#include "attacks/observation.h"

#include <algorithm>
#include <bit>
#include <functional>
#include <memory>
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
          message.classes(),
          message.targets(),
          message.audit()};
}

UpdateKind to_kind(v1::UpdateKind kind) {
  if (kind == v1::UPDATE_KIND_DELTA) return UpdateKind::delta;
  if (kind == v1::UPDATE_KIND_GRADIENT) return UpdateKind::gradient;
  fail(ErrorKind::data, "update.kind: {} is unknown; known are DELTA (1) and GRADIENT (2)", static_cast<int>(kind));
}

/// What a recording holds about the groups that were wanted.
struct Pieces {
  std::optional<v1::JoinResponse> description;
  std::vector<RecordedGroup> models, updates;
};

Pieces collect(const std::filesystem::path& file, const std::function<bool(const v1::RecordedMessage&)>& wants) {
  Pieces pieces;
  scan_recording(file, wants, [&](RecordedGroup group) {
    if (group.head.has_run_description()) {
      pieces.description = group.head.run_description();
    } else if (wants(group.head)) {
      (group.head.has_model() ? pieces.models : pieces.updates).push_back(std::move(group));
    }
  });
  if (!pieces.description) fail(ErrorKind::data, "the run description is missing");
  return pieces;
}

/// The run of a recording, and what its models look like.
struct DescribedRun {
  RunDescription run;
  std::shared_ptr<const ParameterSchema> schema;
};

DescribedRun described(const v1::JoinResponse& description) {
  DescribedRun result{to_description(description), nullptr};
  result.schema = observed_model(result.run).schema();
  if (wire::to_digest(description.schema_hash(), "run_description.schema_hash") != result.schema->hash()) {
    fail(
        ErrorKind::data,
        "the recorded run has parameter schema {}, this version builds {} from its description: it was made by another "
        "version",
        wire::hex(description.schema_hash()), to_hex(result.schema->hash()));
  }
  return result;
}

/// The model that a client was sent in a round: its own if there is one, else everybody's. Where a round was recorded
/// several times, the last one counts.
Parameters model_of(const Pieces& pieces, std::uint32_t round, const std::string& client,
                    const DescribedRun& described) {
  const auto sent_to = [&](const std::string& name) {
    return std::find_if(pieces.models.rbegin(), pieces.models.rend(), [&](const RecordedGroup& group) {
      return group.head.round() == round && group.head.client() == name;
    });
  };
  auto found = sent_to(client);
  if (found == pieces.models.rend()) found = sent_to("");
  if (found == pieces.models.rend()) fail(ErrorKind::data, "round {} is missing", round);
  return wire::decode_model(found->head.model(), found->bytes, described.schema);
}

Observation::Contents decode(const RecordedGroup& group, const Parameters& model, const DescribedRun& described) {
  wire::DecodedUpdate update = wire::decode_update(group.head.update(), group.bytes, *described.schema, model.hash());
  return {described.run,   group.head.round(),   group.head.client(),
          model,           to_kind(update.kind), std::move(update.values),
          update.examples, update.training_loss, Scope::client};
}

Observation::Contents read_one(const std::filesystem::path& file, std::uint32_t round, const std::string& client) {
  const Pieces pieces = collect(file, [&](const v1::RecordedMessage& head) {
    return head.round() == round && (head.client() == client || (head.has_model() && head.client().empty()));
  });
  const DescribedRun run = described(*pieces.description);
  const Parameters model = model_of(pieces, round, client, run);
  if (pieces.updates.empty()) fail(ErrorKind::data, "round {} has no update of client '{}'", round, client);
  return decode(pieces.updates.back(), model, run);
}

/// Every update of one round by the names of clients, so that no order of arrival shows.
std::vector<Observation::Contents> read_round(const std::filesystem::path& file, std::uint32_t round) {
  Pieces pieces = collect(file, [&](const v1::RecordedMessage& head) { return head.round() == round; });
  const DescribedRun run = described(*pieces.description);
  if (pieces.models.empty()) fail(ErrorKind::data, "round {} is missing", round);
  if (pieces.updates.empty()) fail(ErrorKind::data, "round {} has no update", round);
  std::stable_sort(pieces.updates.begin(), pieces.updates.end(),
                   [](const auto& a, const auto& b) { return a.head.client() < b.head.client(); });
  std::vector<Observation::Contents> all;
  for (const RecordedGroup& group : pieces.updates)
    all.push_back(decode(group, model_of(pieces, round, group.head.client(), run), run));
  return all;
}

/// Of one client, or of all.
std::vector<Observation::Contents> read_updates(const std::filesystem::path& file,
                                                const std::optional<std::string>& client) {
  const Pieces pieces = collect(file, [&](const v1::RecordedMessage& head) {
    return !client || head.client() == *client || (head.has_model() && head.client().empty());
  });
  const DescribedRun run = described(*pieces.description);
  if (client && pieces.updates.empty()) fail(ErrorKind::data, "there is no update of client '{}'", *client);
  std::vector<Observation::Contents> all;
  for (const RecordedGroup& group : pieces.updates)
    all.push_back(decode(group, model_of(pieces, group.head.round(), group.head.client(), run), run));
  return all;
}

Observation::Contents read_change(const std::filesystem::path& file, std::uint32_t round) {
  const Pieces pieces = collect(file, [&](const v1::RecordedMessage& head) {
    return head.round() >= round && head.has_model() && head.client().empty();
  });
  const DescribedRun run = described(*pieces.description);
  const Parameters before = model_of(pieces, round, "", run);
  std::optional<std::uint32_t> next;
  for (const RecordedGroup& group : pieces.models)
    if (group.head.round() > round && (!next || group.head.round() < *next)) next = group.head.round();
  if (!next) fail(ErrorKind::data, "no global model after that of round {} was recorded", round);
  const Parameters after = model_of(pieces, *next, "", run);
  std::vector<float> change(before.size());
  for (std::size_t i = 0; i < change.size(); ++i) change[i] = after.values()[i] - before.values()[i];
  return {run.run, round, "all members", before, UpdateKind::delta, std::move(change), 0, 0, Scope::global_change};
}

/// Runs `read` and names the recording in what it finds wrong with the data.
template <class Read>
auto named(const std::filesystem::path& recording, const Read& read) {
  try {
    return read();
  } catch (const Error& error) {
    const std::string reason = error.what();
    if (error.kind() != ErrorKind::data || reason.starts_with(recording.string())) throw;
    fail(ErrorKind::data, "{}: {}", recording.string(), reason);
  }
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
  return Observation(named(recording, [&] { return read_one(recording, round, client); }));
}

std::vector<Observation> Observation::read_rounds(const std::filesystem::path& recording, const std::string& client) {
  std::vector<Observation> rounds;
  for (Contents& contents : named(recording, [&] { return read_updates(recording, client); }))
    rounds.push_back(Observation(std::move(contents)));
  std::stable_sort(rounds.begin(), rounds.end(),
                   [](const Observation& a, const Observation& b) { return a.round() < b.round(); });
  return rounds;
}

Observation Observation::read_aggregate(const std::filesystem::path& recording, std::uint32_t round) {
  std::vector<Observation> updates;
  for (Contents& contents : named(recording, [&] { return read_round(recording, round); }))
    updates.push_back(Observation(std::move(contents)));
  return mean_of(updates);
}

Observation Observation::read_global_change(const std::filesystem::path& recording, std::uint32_t round) {
  return Observation(named(recording, [&] { return read_change(recording, round); }));
}

Observation Observation::mean_of(std::span<const Observation> updates) {
  if (updates.empty()) fail(ErrorKind::usage, "there is no mean of no update");
  const Observation& first = updates.front();
  std::vector<double> sum(first.update().size());
  double weight = 0, loss = 0;
  Contents mean = first.contents();
  mean.scope = Scope::aggregate;
  mean.examples = 0;
  mean.client.clear();
  for (const Observation& one : updates) {
    if (one.scope() != Scope::client || one.run().run != first.run().run || one.round() != first.round() ||
        one.kind() != first.kind() || one.model().schema().hash() != first.model().schema().hash()) {
      fail(ErrorKind::usage, "a mean is of updates of single clients, of one run, round and kind");
    }
    const auto examples = static_cast<double>(one.examples());
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += examples * static_cast<double>(one.update()[i]);
    weight += examples;
    loss += examples * one.training_loss();
    mean.examples += one.examples();
    mean.client += (mean.client.empty() ? "" : ", ") + one.client();
  }
  if (!(weight > 0))
    fail(ErrorKind::data, "the updates of round {} declare no examples to weight them by", first.round());
  for (std::size_t i = 0; i < sum.size(); ++i) mean.update[i] = static_cast<float>(sum[i] / weight);
  mean.training_loss = loss / weight;
  return Observation(std::move(mean));
}

std::vector<Observation> Observation::read_all(const std::filesystem::path& recording) {
  std::vector<Observation> all;
  for (Contents& contents : named(recording, [&] { return read_updates(recording, std::nullopt); }))
    all.push_back(Observation(std::move(contents)));
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
       {&run().run, &run().model_toml, &run().training_toml, &run().pipeline_toml, &run().audit, &client()}) {
    append(bytes, *text);
  }
  append(bytes, run().input_shape.size());
  for (const std::int64_t extent : run().input_shape) append(bytes, static_cast<std::uint64_t>(extent));
  append(bytes, run().classes);
  append(bytes, run().targets);
  append(bytes, round());
  append(bytes, static_cast<std::uint64_t>(kind()));
  append(bytes, static_cast<std::uint64_t>(scope()));
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
