#include "coordinator/grpc_service.h"

#include <grpcpp/grpcpp.h>

#include "core/error.h"
#include "core/log.h"
#include "proto/credentials.h"
#include "proto/status.h"
#include "tacit/v1/coordinator.grpc.pb.h"

namespace tacit::coordinator {
namespace {

constexpr int message_limit = 4 << 20;
constexpr int calls_per_connection = 64;

class Service final : public v1::Coordinator::CallbackService {
 public:
  explicit Service(Coordinator& engine) : engine_(engine) {}

  using Context = grpc::CallbackServerContext;
  using Reactor = grpc::ServerUnaryReactor;

  Reactor* Join(Context* context, const v1::JoinRequest* request, v1::JoinResponse* response) override {
    return handle(context, *request, response, &Coordinator::join);
  }
  Reactor* PullWork(Context* context, const v1::PullWorkRequest* request, v1::WorkOrder* response) override {
    return handle(context, *request, response, &Coordinator::pull_work);
  }
  Reactor* DownloadChunk(Context* context, const v1::DownloadChunkRequest* request, v1::Chunk* response) override {
    return handle(context, *request, response, &Coordinator::download_chunk);
  }
  Reactor* OfferUpdate(Context* context, const v1::OfferUpdateRequest* request,
                       v1::OfferUpdateResponse* response) override {
    return handle(context, *request, response, &Coordinator::offer_update);
  }
  Reactor* UploadChunk(Context* context, const v1::UploadChunkRequest* request,
                       v1::UploadChunkResponse* response) override {
    return handle(context, *request, response, &Coordinator::upload_chunk);
  }
  Reactor* CommitUpdate(Context* context, const v1::CommitUpdateRequest* request, v1::Receipt* response) override {
    return handle(context, *request, response, &Coordinator::commit_update);
  }
  Reactor* Heartbeat(Context* context, const v1::HeartbeatRequest* request, v1::HeartbeatResponse* response) override {
    return handle(context, *request, response, &Coordinator::heartbeat);
  }

 private:
  template <class Request, class Response>
  Reactor* handle(Context* context, const Request& request, Response* response,
                  void (Coordinator::*method)(std::string, Request, Reply<Response>)) {
    Reactor* reactor = context->DefaultReactor();
    try {
      const auto connection = context->auth_context();
      if (!connection) fail(ErrorKind::peer, "the connection has no verified identity");
      // The reactor and the response live until Finish, which the reply calls exactly once.
      (engine_.*method)(wire::peer_identity(*connection), request, [reactor, response](Result<Response> result) {
        if (const Error* error = std::get_if<Error>(&result)) return reactor->Finish(wire::to_status(*error));
        *response = std::get<Response>(std::move(result));
        reactor->Finish(grpc::Status::OK);
      });
    } catch (const Error& error) {
      log::warning("call from {} refused: {}", context->peer(), error.what());
      reactor->Finish(wire::to_status(error));
    }
    return reactor;
  }

  Coordinator& engine_;
};

void configure(grpc::ServerBuilder& builder) {
  builder.SetMaxReceiveMessageSize(message_limit);
  builder.SetMaxSendMessageSize(message_limit);
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, calls_per_connection);
  // A dead peer is noticed within half a minute, also while its call is held; a client may ping as often as we do.
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, 20'000);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 10'000);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 5'000);
}

}  // namespace

struct GrpcServer::State {
  explicit State(Coordinator& engine) : coordinator(engine), service(engine) {}
  Coordinator& coordinator;
  Service service;
  std::unique_ptr<grpc::Server> server;
  int port = 0;
  bool is_down = false;
};

GrpcServer::GrpcServer(Coordinator& coordinator, const std::string& address,
                       std::shared_ptr<grpc::ServerCredentials> credentials)
    : state_(std::make_unique<State>(coordinator)) {
  const std::size_t colon = address.rfind(':');
  if (colon == std::string::npos || colon + 1 == address.size() ||
      address.find_first_not_of("0123456789", colon + 1) != std::string::npos)
    fail(ErrorKind::usage, "'{}' is not HOST:PORT, as in 0.0.0.0:7600", address);
  grpc::ServerBuilder builder;
  configure(builder);
  builder.AddListeningPort(address, std::move(credentials), &state_->port);
  builder.RegisterService(&state_->service);
  state_->server = builder.BuildAndStart();
  if (!state_->server || state_->port == 0) {
    if (state_->server) state_->server->Shutdown();
    fail(ErrorKind::io, "cannot listen on {}: the address is in use, not ours, or a privileged port", address);
  }
}

GrpcServer::~GrpcServer() {
  shutdown();
}

int GrpcServer::port() const noexcept {
  return state_->port;
}

void GrpcServer::shutdown(std::chrono::milliseconds grace) {
  if (!state_->server || std::exchange(state_->is_down, true)) return;
  state_->coordinator.drain();
  state_->server->Shutdown(std::chrono::system_clock::now() + grace);
  state_->server->Wait();
}

}  // namespace tacit::coordinator
