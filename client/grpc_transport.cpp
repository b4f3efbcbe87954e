#include "client/grpc_transport.h"

#include <grpcpp/grpcpp.h>

#include <mutex>

#include "proto/status.h"
#include "tacit/v1/coordinator.grpc.pb.h"

namespace tacit::client {
namespace {

constexpr int message_limit = 4 << 20;

/// gRPC's own pause between attempts to connect stays short: the long pauses are the retrier's.
constexpr int shortest_pause_ms = 100;
constexpr int longest_pause_ms = 1000;
/// What gRPC calls the minimal back-off is how long one attempt may take: on a busy machine a handshake needs its time.
constexpr int attempt_limit_ms = 10'000;

grpc::ChannelArguments channel_arguments() {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(message_limit);
  arguments.SetMaxSendMessageSize(message_limit);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, shortest_pause_ms);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, attempt_limit_ms);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, longest_pause_ms);
  arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);
  // Two clients in one process are two identities and share no connection.
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  return arguments;
}

}  // namespace

struct GrpcTransport::State {
  std::string coordinator;
  std::shared_ptr<grpc::ChannelCredentials> credentials;
  std::mutex mutex;
  std::shared_ptr<v1::Coordinator::Stub> stub;

  std::shared_ptr<v1::Coordinator::Stub> new_stub() const {
    return v1::Coordinator::NewStub(grpc::CreateCustomChannel(coordinator, credentials, channel_arguments()));
  }
  std::shared_ptr<v1::Coordinator::Stub> current_stub() {
    const std::lock_guard lock(mutex);
    return stub;
  }
  /// A channel that has failed may answer its next calls from memory; a new one really tries.
  void renew(const std::shared_ptr<v1::Coordinator::Stub>& failed) {
    const std::lock_guard lock(mutex);
    if (stub == failed) stub = new_stub();
  }

  template <class Request, class Response>
  using Method = grpc::Status (v1::Coordinator::Stub::*)(grpc::ClientContext*, const Request&, Response*);

  template <class Request, class Response>
  Response call(const char* name, Method<Request, Response> method, const Request& request, Deadline deadline) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + deadline);
    Response response;
    const std::shared_ptr<v1::Coordinator::Stub> used = current_stub();
    const grpc::Status status = (used.get()->*method)(&context, request, &response);
    if (status.ok()) return response;
    if (status.error_code() == grpc::StatusCode::UNAVAILABLE) renew(used);
    const std::string doing = fmt::format("coordinator {}, {}", coordinator, name);
    if (!wire::is_transient(status)) throw wire::to_error(status, doing);
    const bool late = status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED;
    throw ConnectionError(late ? ErrorKind::deadline : ErrorKind::peer,
                          late ? fmt::format("{}: no answer within {} ms", doing, deadline.count())
                               : fmt::format("{}: {}", doing, status.error_message()));
  }
};

GrpcTransport::GrpcTransport(std::string coordinator, const std::shared_ptr<grpc::ChannelCredentials>& credentials)
    : state_(std::make_unique<State>()) {
  state_->coordinator = std::move(coordinator);
  state_->credentials = credentials;
  state_->stub = state_->new_stub();
}

GrpcTransport::~GrpcTransport() = default;

v1::JoinResponse GrpcTransport::join(const v1::JoinRequest& request, Deadline deadline) {
  return state_->call("Join", &v1::Coordinator::Stub::Join, request, deadline);
}

v1::WorkOrder GrpcTransport::pull_work(const v1::PullWorkRequest& request, Deadline deadline) {
  return state_->call("PullWork", &v1::Coordinator::Stub::PullWork, request, deadline);
}

v1::Chunk GrpcTransport::download_chunk(const v1::DownloadChunkRequest& request, Deadline deadline) {
  return state_->call("DownloadChunk", &v1::Coordinator::Stub::DownloadChunk, request, deadline);
}

v1::OfferUpdateResponse GrpcTransport::offer_update(const v1::OfferUpdateRequest& request, Deadline deadline) {
  return state_->call("OfferUpdate", &v1::Coordinator::Stub::OfferUpdate, request, deadline);
}

v1::UploadChunkResponse GrpcTransport::upload_chunk(const v1::UploadChunkRequest& request, Deadline deadline) {
  return state_->call("UploadChunk", &v1::Coordinator::Stub::UploadChunk, request, deadline);
}

v1::Receipt GrpcTransport::commit_update(const v1::CommitUpdateRequest& request, Deadline deadline) {
  return state_->call("CommitUpdate", &v1::Coordinator::Stub::CommitUpdate, request, deadline);
}

v1::HeartbeatResponse GrpcTransport::heartbeat(const v1::HeartbeatRequest& request, Deadline deadline) {
  return state_->call("Heartbeat", &v1::Coordinator::Stub::Heartbeat, request, deadline);
}

}  // namespace tacit::client
