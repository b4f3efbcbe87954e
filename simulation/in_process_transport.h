#pragma once

#include <string>

#include "client/transport.h"
#include "coordinator/coordinator.h"

namespace tacit::simulation {

/// A client's way to a coordinator in the same process: the same calls with the same messages, without sockets. The
/// caller's identity is given here instead of by a certificate.
class InProcessTransport final : public client::Transport {
 public:
  /// The coordinator must outlive the transport.
  InProcessTransport(coordinator::Coordinator& coordinator, std::string client)
      : coordinator_(coordinator), client_(std::move(client)) {}

  v1::JoinResponse join(const v1::JoinRequest& request, Deadline deadline) override;
  v1::WorkOrder pull_work(const v1::PullWorkRequest& request, Deadline deadline) override;
  v1::Chunk download_chunk(const v1::DownloadChunkRequest& request, Deadline deadline) override;
  v1::OfferUpdateResponse offer_update(const v1::OfferUpdateRequest& request, Deadline deadline) override;
  v1::UploadChunkResponse upload_chunk(const v1::UploadChunkRequest& request, Deadline deadline) override;
  v1::Receipt commit_update(const v1::CommitUpdateRequest& request, Deadline deadline) override;
  v1::HeartbeatResponse heartbeat(const v1::HeartbeatRequest& request, Deadline deadline) override;

 private:
  coordinator::Coordinator& coordinator_;
  std::string client_;
};

}  // namespace tacit::simulation
