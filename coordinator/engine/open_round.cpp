#include "coordinator/engine/open_round.h"

#include <algorithm>

#include "core/error.h"
#include "proto/blob.h"
#include "proto/bytes.h"
#include "proto/model_codec.h"
#include "proto/update_codec.h"

namespace tacit::coordinator {
namespace {

const char* name_of(v1::UpdateKind kind) {
  return kind == v1::UPDATE_KIND_GRADIENT ? "a gradient" : "a delta";
}

std::vector<std::uint32_t> absent(const std::vector<bool>& present) {
  std::vector<std::uint32_t> positions;
  for (std::size_t i = 0; i < present.size(); ++i)
    if (!present[i]) positions.push_back(static_cast<std::uint32_t>(i));
  return positions;
}

}  // namespace

OpenRound::OpenRound(Store& store, StoredRound round, Parameters model, std::size_t chunk_bytes, v1::UpdateKind expects,
                     CraftedModels crafted)
    : store_(store), round_(std::move(round)), common_(std::move(model), chunk_bytes), expects_(expects) {
  for (auto& [client, parameters] : crafted) {
    if (!asks(client))
      fail(ErrorKind::usage, "a model was crafted for '{}', which round {} does not ask", client, number());
    if (parameters.schema().hash() != common_.parameters().schema().hash())
      fail(ErrorKind::usage, "the model crafted for client '{}' has another schema than the run's", client);
    crafted_.try_emplace(client, std::move(parameters), chunk_bytes);
  }
  for (StoredUpdate& update : store_.updates(round_.round)) {
    Contribution& contribution = contributions_[update.client];
    contribution.present.resize(static_cast<std::size_t>(update.header.values().chunk_sha256_size()));
    for (const std::uint32_t position : update.chunks) contribution.present.at(position) = true;
    contribution.header = std::move(update.header);
    contribution.accepted = update.accepted;
    accepted_count_ = std::max(accepted_count_, update.accepted);
  }
}

bool OpenRound::asks(const std::string& client) const {
  return std::binary_search(round_.cohort.begin(), round_.cohort.end(), client);
}

const SentModel& OpenRound::sent_to(const std::string& client) const {
  const auto found = crafted_.find(client);
  return found == crafted_.end() ? common_ : found->second;
}

std::span<const std::byte> OpenRound::model_chunk(const std::string& client, std::string_view chunk_sha256) const {
  const auto chunk = sent_to(client).chunk(chunk_sha256);
  if (chunk.empty())
    fail(ErrorKind::data, "the model of round {} has no chunk with SHA-256 {}", number(), wire::hex(chunk_sha256));
  return chunk;
}

void OpenRound::record_models(wire::RecordingWriter& recording) const {
  const auto add = [&](const SentModel& sent, const std::string& client) {
    recording.add_model(number(), sent.announcement(), std::as_bytes(sent.parameters().values()), client);
  };
  if (crafted_.size() < round_.cohort.size()) add(common_, {});
  for (const auto& [client, sent] : crafted_) add(sent, client);
}

v1::OfferUpdateResponse OpenRound::offer(const std::string& client, const v1::UpdateHeader& header) {
  wire::validate_update_header(header, model().schema(),
                               wire::to_digest(announcement(client).model_hash(), "model_hash"));
  if (header.kind() != expects_)
    fail(ErrorKind::data, "update.kind: this run aggregates updates that are {}, offered was {}", name_of(expects_),
         name_of(header.kind()));
  const std::string bytes = header.SerializeAsString();
  const auto found = contributions_.find(client);
  const bool same = found != contributions_.end() && found->second.header.SerializeAsString() == bytes;
  if (!same && found != contributions_.end() && (found->second.accepted != 0 || found->second.checking))
    fail(ErrorKind::state, "round {}: another update of client '{}' is {} already", number(), client,
         found->second.accepted != 0 ? "committed" : "being checked");
  if (!same) {
    store_.put_update(number(), client, header);
    Contribution fresh;
    fresh.header = header;
    fresh.present.resize(static_cast<std::size_t>(header.values().chunk_sha256_size()));
    contributions_[client] = std::move(fresh);
  }
  const Contribution& contribution = contributions_[client];
  v1::OfferUpdateResponse response;
  response.set_committed(contribution.accepted != 0);
  for (const std::uint32_t position : absent(contribution.present)) response.add_missing_chunks(position);
  return response;
}

OpenRound::Contribution& OpenRound::announced(const std::string& client) {
  const auto found = contributions_.find(client);
  if (found == contributions_.end())
    fail(ErrorKind::state, "round {}: client '{}' has not offered an update", number(), client);
  return found->second;
}

const OpenRound::Contribution& OpenRound::announced(const std::string& client) const {
  return const_cast<OpenRound*>(this)->announced(client);
}

void OpenRound::put_chunk(const std::string& client, std::uint32_t position, std::string_view data,
                          const Digest& digest) {
  Contribution& contribution = announced(client);
  wire::validate_chunk(contribution.header.values(), position, data.size(), digest);
  if (contribution.present[position]) return;
  store_.put_chunk(number(), client, position, wire::as_bytes(data));
  contribution.present[position] = true;
}

const v1::UpdateHeader& OpenRound::complete_update(const std::string& client, std::string_view blob_sha256) const {
  const Contribution& contribution = announced(client);
  if (contribution.header.values().sha256() != blob_sha256)
    fail(ErrorKind::data, "commit.blob_sha256: {} given, client '{}' offered {} for round {}", wire::hex(blob_sha256),
         client, wire::hex(contribution.header.values().sha256()), number());
  if (const auto missing = absent(contribution.present); !missing.empty())
    fail(ErrorKind::state, "round {}: {} of {} chunks of the update of client '{}' have not arrived, the first is {}",
         number(), missing.size(), contribution.present.size(), client, missing.front());
  return contribution.header;
}

void OpenRound::set_checking(const std::string& client, bool checking) {
  announced(client).checking = checking;
}

std::uint32_t OpenRound::accept(const std::string& client) {
  Contribution& contribution = announced(client);
  store_.accept_update(number(), client, accepted_count_ + 1);
  contribution.checking = false;
  return contribution.accepted = ++accepted_count_;
}

void OpenRound::drop(const std::string& client) {
  store_.drop_update(number(), client);
  contributions_.erase(client);
}

std::uint32_t OpenRound::accepted(const std::string& client) const {
  const auto found = contributions_.find(client);
  return found == contributions_.end() ? 0 : found->second.accepted;
}

std::vector<std::pair<std::string, v1::UpdateHeader>> OpenRound::accepted_updates() const {
  std::vector<std::pair<std::string, v1::UpdateHeader>> updates;
  for (const auto& [client, contribution] : contributions_)
    if (contribution.accepted != 0) updates.emplace_back(client, contribution.header);
  return updates;
}

}  // namespace tacit::coordinator
