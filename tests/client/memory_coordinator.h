#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "client/transport.h"
#include "core/parameters.h"
#include "proto/blob.h"

namespace tacit::client {

/// The run that a coordinator in memory conducts.
struct MemoryRun {
  std::string model_toml, training_toml, pipeline_toml;
  Shape input_shape;
  std::uint32_t classes = 2;
  std::uint32_t rounds = 2;
  std::uint32_t protocol_version = 1;
  std::uint32_t heartbeat_ms = 0;
};

/// A coordinator of one client, in memory: it keeps the rules of the wire service (idempotent calls, stored chunks,
/// receipts), decodes updates with the wire's own codecs and adds them to its model. Thread-safe.
class MemoryCoordinator final : public Transport {
 public:
  explicit MemoryCoordinator(MemoryRun run);

  v1::JoinResponse join(const v1::JoinRequest& request, Deadline deadline) override;
  v1::WorkOrder pull_work(const v1::PullWorkRequest& request, Deadline deadline) override;
  v1::Chunk download_chunk(const v1::DownloadChunkRequest& request, Deadline deadline) override;
  v1::OfferUpdateResponse offer_update(const v1::OfferUpdateRequest& request, Deadline deadline) override;
  v1::UploadChunkResponse upload_chunk(const v1::UploadChunkRequest& request, Deadline deadline) override;
  v1::Receipt commit_update(const v1::CommitUpdateRequest& request, Deadline deadline) override;
  v1::HeartbeatResponse heartbeat(const v1::HeartbeatRequest& request, Deadline deadline) override;

  /// Called before (`answered` false) and after every call takes effect, with the call's name: throw to lose the
  /// connection.
  std::function<void(const std::string& call, bool answered)> fault;
  /// Sees every update that is offered.
  std::function<void(const v1::UpdateHeader&)> on_offer;
  /// May falsify answers.
  std::function<void(v1::JoinResponse&)> change_description;
  std::function<void(v1::WorkOrder&)> change_order;
  std::function<void(v1::Chunk&)> change_chunk;
  std::function<void(v1::OfferUpdateResponse&)> change_offer;
  std::function<void(v1::Receipt&)> change_receipt;

  Parameters model() const;
  /// Every call that took effect, in order: "Join", "UploadChunk 2", ...
  std::vector<std::string> calls() const;
  /// Forgets who has joined, as a coordinator that lost its memory of it.
  void forget_members();
  /// Forgets what was offered and sent but not committed, as a coordinator that came back from a crash may.
  void forget_upload();
  /// Closes the current round without an update.
  void close_round();
  std::uint32_t round() const;
  /// Rounds whose update the client has withheld.
  std::vector<std::uint32_t> withheld() const;

 private:
  template <class Answer, class Body>
  Answer serve(const std::string& call, const Body& body);
  void check_key(const v1::WorkKey& key) const;

  mutable std::mutex mutex_;
  MemoryRun run_;
  std::optional<Parameters> model_;
  std::uint32_t round_ = 1;
  bool joined_ = false;
  bool said_wait_ = false;
  std::map<std::uint32_t, std::string> committed_;  ///< round -> blob digest
  std::optional<v1::UpdateHeader> offered_;
  std::optional<wire::BlobAssembler> upload_;
  std::vector<std::string> calls_;
  std::vector<std::uint32_t> withheld_;
};

}  // namespace tacit::client
