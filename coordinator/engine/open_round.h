#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "coordinator/coordinator.h"
#include "coordinator/engine/sent_model.h"
#include "coordinator/store/store.h"
#include "core/parameters.h"
#include "proto/recording.h"
#include "tacit/v1/coordinator.pb.h"

namespace tacit::coordinator {

/// The books of the round that is open: its model, whom it asks, and how far each one's update has come. Everything
/// that must survive goes to the Store first. Client faults are Error(data) or Error(state) and change nothing.
class OpenRound {
 public:
  /// Takes up what the store has of this round.
  OpenRound(Store& store, StoredRound round, Parameters model, std::size_t chunk_bytes, v1::UpdateKind expects,
            CraftedModels crafted = {});

  std::uint32_t number() const noexcept { return round_.round; }
  double started() const noexcept { return round_.started; }
  const std::vector<std::string>& cohort() const noexcept { return round_.cohort; }
  /// What it starts from and aggregates onto.
  const Parameters& model() const noexcept { return common_.parameters(); }
  /// What this client is sent.
  const v1::Model& announcement(const std::string& client) const { return sent_to(client).announcement(); }
  bool asks(const std::string& client) const;

  /// A chunk of the model that this client is sent, by its digest.
  std::span<const std::byte> model_chunk(const std::string& client, std::string_view chunk_sha256) const;
  /// Adds what was sent to the recording: the model of everybody if anybody was sent it, and those of single clients.
  void record_models(wire::RecordingWriter& recording) const;

  /// Announces an update. An update that is committed is final; one that is being checked must not change.
  v1::OfferUpdateResponse offer(const std::string& client, const v1::UpdateHeader& header);
  /// `digest` is the SHA-256 of `data`.
  void put_chunk(const std::string& client, std::uint32_t position, std::string_view data, const Digest& digest);
  /// The header of an update whose chunks are all here, and which is the one meant.
  const v1::UpdateHeader& complete_update(const std::string& client, std::string_view blob_sha256) const;
  const v1::UpdateHeader& header(const std::string& client) const { return announced(client).header; }
  void set_checking(const std::string& client, bool checking);
  /// Makes it count (durably with the next commit); its number in order of acceptance, from 1.
  std::uint32_t accept(const std::string& client);
  /// Forgets an update that was found unusable.
  void drop(const std::string& client);

  /// 0 if not accepted.
  std::uint32_t accepted(const std::string& client) const;
  std::uint32_t accepted_count() const noexcept { return accepted_count_; }
  /// Accepted updates, sorted by client.
  std::vector<std::pair<std::string, v1::UpdateHeader>> accepted_updates() const;

  RoundTraffic& traffic() noexcept { return round_.traffic; }
  const RoundTraffic& traffic() const noexcept { return round_.traffic; }

 private:
  struct Contribution {
    v1::UpdateHeader header;
    std::vector<bool> present;
    bool checking = false;
    std::uint32_t accepted = 0;
  };
  const SentModel& sent_to(const std::string& client) const;
  Contribution& announced(const std::string& client);
  const Contribution& announced(const std::string& client) const;

  Store& store_;
  StoredRound round_;
  SentModel common_;
  std::map<std::string, SentModel> crafted_;  ///< in place of it, by client
  v1::UpdateKind expects_;
  std::map<std::string, Contribution> contributions_;
  std::uint32_t accepted_count_ = 0;
};

}  // namespace tacit::coordinator
