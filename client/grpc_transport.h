#pragma once

#include <memory>
#include <string>

#include "client/transport.h"

namespace grpc {
class ChannelCredentials;
}

namespace tacit::client {

/// The wire service over gRPC, one channel at a time. The channel connects on the first call and is replaced after it
/// failed; how often to try is the caller's decision (client/retrier.h). Messages above 4 MiB are refused in both
/// directions.
class GrpcTransport final : public Transport {
 public:
  /// `coordinator` is "host:port"; credentials come from wire::client_credentials. Connects nothing yet.
  GrpcTransport(std::string coordinator, const std::shared_ptr<grpc::ChannelCredentials>& credentials);
  ~GrpcTransport() override;

  v1::JoinResponse join(const v1::JoinRequest& request, Deadline deadline) override;
  v1::WorkOrder pull_work(const v1::PullWorkRequest& request, Deadline deadline) override;
  v1::Chunk download_chunk(const v1::DownloadChunkRequest& request, Deadline deadline) override;
  v1::OfferUpdateResponse offer_update(const v1::OfferUpdateRequest& request, Deadline deadline) override;
  v1::UploadChunkResponse upload_chunk(const v1::UploadChunkRequest& request, Deadline deadline) override;
  v1::Receipt commit_update(const v1::CommitUpdateRequest& request, Deadline deadline) override;
  v1::HeartbeatResponse heartbeat(const v1::HeartbeatRequest& request, Deadline deadline) override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tacit::client
