#include "client/grpc_transport.h"

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <semaphore>
#include <thread>

#include "client/session.h"
#include "client/slow_relay.h"
#include "client/small_run.h"
#include "core/files.h"
#include "proto/credentials.h"
#include "proto/status.h"
#include "refusal.h"
#include "tacit/v1/coordinator.grpc.pb.h"

namespace tacit::client {
namespace {

using testing::HasSubstr;
using namespace std::chrono_literals;

/// Lets real gRPC calls reach a coordinator in memory.
class Service final : public v1::Coordinator::Service {
 public:
  explicit Service(Transport& coordinator) : coordinator_(coordinator) {}

 private:
  template <class Request, class Response>
  grpc::Status answer(Response (Transport::*method)(const Request&, Transport::Deadline), const Request* request,
                      Response* response) {
    try {
      *response = (coordinator_.*method)(*request, 1s);
      return grpc::Status::OK;
    } catch (const Error& error) {
      return wire::to_status(error);
    }
  }
  using Context = grpc::ServerContext;
  grpc::Status Join(Context*, const v1::JoinRequest* request, v1::JoinResponse* response) override {
    return answer(&Transport::join, request, response);
  }
  grpc::Status PullWork(Context*, const v1::PullWorkRequest* request, v1::WorkOrder* response) override {
    return answer(&Transport::pull_work, request, response);
  }
  grpc::Status DownloadChunk(Context*, const v1::DownloadChunkRequest* request, v1::Chunk* response) override {
    return answer(&Transport::download_chunk, request, response);
  }
  grpc::Status OfferUpdate(Context*, const v1::OfferUpdateRequest* request,
                           v1::OfferUpdateResponse* response) override {
    return answer(&Transport::offer_update, request, response);
  }
  grpc::Status UploadChunk(Context*, const v1::UploadChunkRequest* request,
                           v1::UploadChunkResponse* response) override {
    return answer(&Transport::upload_chunk, request, response);
  }
  grpc::Status CommitUpdate(Context*, const v1::CommitUpdateRequest* request, v1::Receipt* response) override {
    return answer(&Transport::commit_update, request, response);
  }
  grpc::Status Heartbeat(Context*, const v1::HeartbeatRequest* request, v1::HeartbeatResponse* response) override {
    return answer(&Transport::heartbeat, request, response);
  }

  Transport& coordinator_;
};

class GrpcTransportTest : public testing::Test {
 protected:
  GrpcTransportTest() {
    wire::create_authority_folder(folder_.path(), "house", 2);
    server_files_ = wire::issue_server_files(folder_.path(), "coordinator", {"127.0.0.1"}, 1);
    client_files_ = wire::issue_client_files(folder_.path(), "site-a", 1);
    start();
  }
  ~GrpcTransportTest() override { stop(); }

  /// On a free port the first time, on the same one afterwards.
  void start() {
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:" + std::to_string(port_), wire::server_credentials(server_files_), &port_);
    builder.RegisterService(&service_);
    server_ = builder.BuildAndStart();
  }
  void stop() {
    server_->Shutdown(std::chrono::system_clock::now());
    server_.reset();
  }
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }

  TemporaryFolder folder_;
  wire::TlsFiles server_files_, client_files_;
  MemoryCoordinator coordinator_{small_run()};
  Service service_{coordinator_};
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
  datasets::Dataset data_ = small_dataset();
  SystemClock clock_;
};

TEST_F(GrpcTransportTest, ARunOverSocketsGivesTheSameBitsAsInMemory) {
  MemoryCoordinator in_memory(small_run());
  const std::string expected = Session(in_memory, small_settings(), data_, clock_, known_backoff()).run().model_hash;
  GrpcTransport transport(address(), wire::client_credentials(client_files_));
  EXPECT_EQ(Session(transport, small_settings(), data_, clock_, known_backoff()).run().model_hash, expected);
}

TEST_F(GrpcTransportTest, ARestartedServerIsFoundAgain) {
  GrpcTransport transport(address(), wire::client_credentials(client_files_));
  Session session(transport, small_settings(), data_, clock_, Backoff({.initial = 20ms, .cap = 100ms}));
  session.join();
  stop();
  refusal(ErrorKind::peer, [&] { transport.pull_work({}, 2s); });
  std::jthread later([this] {
    std::this_thread::sleep_for(200ms);
    start();
  });
  EXPECT_EQ(session.run().outcome, "complete");
}

TEST_F(GrpcTransportTest, RefusalsArriveAsTheyWereMeant) {
  GrpcTransport transport(address(), wire::client_credentials(client_files_));
  v1::JoinRequest request;
  request.set_protocol_version(2);
  try {
    transport.join(request, 5s);
    FAIL() << "accepted";
  } catch (const ConnectionError& error) {
    FAIL() << "a refusal is not a lost connection: " << error.what();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::state);
    EXPECT_STREQ(error.what(), "this coordinator speaks protocol version 1, the client version 2");
  }
}

TEST_F(GrpcTransportTest, EveryCallKeepsItsDeadline) {
  std::binary_semaphore released(0);
  coordinator_.fault = [&](const std::string&, bool answered) {
    if (!answered) (void)released.try_acquire_for(20s);
  };
  GrpcTransport transport(address(), wire::client_credentials(client_files_));
  const auto begin = std::chrono::steady_clock::now();
  try {
    transport.heartbeat({}, 100ms);
    ADD_FAILURE() << "answered in time";
  } catch (const ConnectionError& error) {
    EXPECT_EQ(error.kind(), ErrorKind::deadline);
    EXPECT_THAT(error.what(), testing::AllOf(HasSubstr(address()), HasSubstr("Heartbeat"), HasSubstr("100 ms")));
  }
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 10s);
  released.release();
  stop();
  start();
}

TEST_F(GrpcTransportTest, ASlowHandshakeIsWaitedFor) {
  SlowRelay relay(port_, 700ms);
  GrpcTransport transport("127.0.0.1:" + std::to_string(relay.port()), wire::client_credentials(client_files_));
  v1::JoinRequest request;
  request.set_protocol_version(1);
  EXPECT_EQ(transport.join(request, 20s).run(), "run-1");
}

TEST_F(GrpcTransportTest, NobodyListeningIsALostConnection) {
  stop();
  GrpcTransport transport(address(), wire::client_credentials(client_files_));
  try {
    transport.join({}, 2s);
    FAIL() << "somebody answered";
  } catch (const ConnectionError& error) {
    EXPECT_THAT(error.what(), testing::AllOf(HasSubstr(address()), HasSubstr("Join")));
  }
  start();
}

TEST_F(GrpcTransportTest, MessagesStayBelowFourMebibytes) {
  GrpcTransport transport(address(), wire::client_credentials(client_files_));
  v1::UploadChunkRequest request;
  request.set_data(std::string((4 << 20) + 1, 'x'));
  EXPECT_THROW(transport.upload_chunk(request, 5s), Error);
  EXPECT_TRUE(coordinator_.calls().empty());
}

}  // namespace
}  // namespace tacit::client
