#pragma once

#include <chrono>

#include "core/error.h"
#include "tacit/v1/coordinator.pb.h"

namespace tacit::client {

/// The connection broke, or no answer came in time: the coordinator may or may not have carried out the call. Calls are
/// idempotent, so repeating the same one is always safe and may help. Kind is peer or deadline.
class ConnectionError : public Error {
 public:
  using Error::Error;
};

/// How a client reaches its coordinator: the calls of the wire service and nothing else. The caller's identity belongs
/// to the transport. Implementations are safe to use from several threads at once.
///
/// Each call returns, or throws, within `deadline` (milliseconds). It throws ConnectionError if repeating may help; any
/// other Error is the coordinator's own refusal and final for this call: state (the work does not count any more, or
/// the caller has to join first), data or usage (the request is wrong), peer (the caller may not do this), resource.
class Transport {
 public:
  using Deadline = std::chrono::milliseconds;

  virtual ~Transport() = default;
  virtual v1::JoinResponse join(const v1::JoinRequest& request, Deadline deadline) = 0;
  virtual v1::WorkOrder pull_work(const v1::PullWorkRequest& request, Deadline deadline) = 0;
  virtual v1::Chunk download_chunk(const v1::DownloadChunkRequest& request, Deadline deadline) = 0;
  virtual v1::OfferUpdateResponse offer_update(const v1::OfferUpdateRequest& request, Deadline deadline) = 0;
  virtual v1::UploadChunkResponse upload_chunk(const v1::UploadChunkRequest& request, Deadline deadline) = 0;
  virtual v1::Receipt commit_update(const v1::CommitUpdateRequest& request, Deadline deadline) = 0;
  virtual v1::HeartbeatResponse heartbeat(const v1::HeartbeatRequest& request, Deadline deadline) = 0;
};

}  // namespace tacit::client
