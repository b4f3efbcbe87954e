#include <grpcpp/grpcpp.h>

#include "coordinator/grpc_service.h"
#include "coordinator/run_rig.h"
#include "core/error.h"
#include "proto/certificate_folder.h"
#include "proto/credentials.h"
#include "proto/status.h"
#include "tacit/v1/coordinator.grpc.pb.h"

namespace tacit::coordinator {
namespace {

using namespace testing_rig;
using testing::HasSubstr;

/// A coordinator behind real sockets and real certificates.
class ServiceTest : public testing::Test {
 protected:
  void SetUp() override {
    wire::create_authority_folder(certificates_, "authority", 10);
    server_files_ = wire::issue_server_files(certificates_, "coordinator", {"127.0.0.1"}, 10);
  }
  void serve(const CoordinatorConfig& config) {
    coordinator_ = std::make_unique<Coordinator>(config, description(), initial_model(), Hooks{evaluate, {}},
                                                 folder_.path() / "run", pool_);
    coordinator_->start();
    server_ = std::make_unique<GrpcServer>(*coordinator_, "127.0.0.1:0", wire::server_credentials(server_files_));
  }
  std::unique_ptr<v1::Coordinator::Stub> stub(std::shared_ptr<grpc::ChannelCredentials> credentials) {
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    return v1::Coordinator::NewStub(
        grpc::CreateCustomChannel(fmt::format("127.0.0.1:{}", server_->port()), credentials, arguments));
  }
  std::unique_ptr<v1::Coordinator::Stub> client(const std::string& name) {
    return stub(wire::client_credentials(wire::issue_client_files(certificates_, name, 10)));
  }
  template <class Method, class Request, class Response>
  grpc::Status call(v1::Coordinator::Stub& stub, Method method, const Request& request, Response& response) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + patience);
    return (stub.*method)(&context, request, &response);
  }
  v1::JoinRequest join_request() {
    v1::JoinRequest request;
    request.set_protocol_version(protocol_version);
    request.set_examples(3);
    return request;
  }

  TemporaryFolder folder_;
  std::filesystem::path certificates_ = folder_.path() / "certificates";
  wire::TlsFiles server_files_;
  ThreadPool pool_{2};
  std::unique_ptr<Coordinator> coordinator_;
  std::unique_ptr<GrpcServer> server_;
};

TEST_F(ServiceTest, ARoundOverMutualTls) {
  serve(config_for(2, 1));
  std::vector<std::thread> threads;
  for (const std::string& name : names(2))
    threads.emplace_back([this, name, stub = std::shared_ptr(client(name))] {
      using Stub = v1::Coordinator::Stub;
      const auto must = [](const grpc::Status& status) {
        if (!status.ok()) throw wire::to_error(status, "test");
      };
      v1::JoinResponse joined;
      must(call(*stub, &Stub::Join, join_request(), joined));
      v1::PullWorkRequest pull;
      pull.set_run(joined.run());
      pull.set_patience_ms(5000);
      v1::WorkOrder order;
      while (!order.has_train()) must(call(*stub, &Stub::PullWork, pull, order));
      const auto& train = order.train();
      wire::BlobAssembler assembler(train.model().values(), 1000);
      for (const std::uint32_t position : assembler.missing()) {
        v1::DownloadChunkRequest request;
        *request.mutable_key() = train.key();
        request.set_sha256(train.model().values().chunk_sha256(static_cast<int>(position)));
        v1::Chunk chunk;
        must(call(*stub, &Stub::DownloadChunk, request, chunk));
        assembler.put(position, wire::as_bytes(chunk.data()));
      }
      const Parameters model = wire::decode_model(train.model(), assembler.take(), schema());
      const auto values = update_of(model, name, 1);
      v1::OfferUpdateRequest offer;
      *offer.mutable_key() = train.key();
      *offer.mutable_header() = header_of(values, name, model.hash());
      v1::OfferUpdateResponse offered;
      must(call(*stub, &Stub::OfferUpdate, offer, offered));
      for (const std::uint32_t position : offered.missing_chunks()) {
        v1::UploadChunkRequest upload;
        *upload.mutable_key() = train.key();
        upload.set_position(position);
        upload.set_data(
            wire::to_string(wire::chunk_of(std::as_bytes(std::span(values)), offer.header().values(), position)));
        v1::UploadChunkResponse uploaded;
        must(call(*stub, &Stub::UploadChunk, upload, uploaded));
      }
      v1::HeartbeatRequest beat;
      *beat.mutable_key() = train.key();
      v1::HeartbeatResponse counts;
      must(call(*stub, &Stub::Heartbeat, beat, counts));
      EXPECT_TRUE(counts.work_still_counts());
      v1::CommitUpdateRequest commit;
      *commit.mutable_key() = train.key();
      commit.set_blob_sha256(offer.header().values().sha256());
      v1::Receipt receipt;
      must(call(*stub, &Stub::CommitUpdate, commit, receipt));
      while (!order.has_finished()) must(call(*stub, &Stub::PullWork, pull, order));
      EXPECT_EQ(order.finished().outcome(), "complete");
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(coordinator_->wait(patience)->model.hash(), reference_model(names(2), 1).hash());
  EXPECT_TRUE(coordinator_->linger(patience));
}

TEST_F(ServiceTest, TheCertificateIsTheIdentity) {
  CoordinatorConfig config = config_for(1, 1);
  config.clients = {"site-a"};
  serve(config);
  v1::JoinResponse response;
  const auto refused = call(*client("site-b"), &v1::Coordinator::Stub::Join, join_request(), response);
  EXPECT_EQ(refused.error_code(), grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(wire::to_error(refused, "Join").kind(), ErrorKind::peer);
  EXPECT_THAT(refused.error_message(), HasSubstr("client 'site-b' is not on this run's list"));
  EXPECT_TRUE(call(*client("site-a"), &v1::Coordinator::Stub::Join, join_request(), response).ok());
}

TEST_F(ServiceTest, WithoutACertificateNothingIsReached) {
  serve(config_for(1, 1));
  v1::JoinResponse response;
  EXPECT_FALSE(
      call(*stub(grpc::InsecureChannelCredentials()), &v1::Coordinator::Stub::Join, join_request(), response).ok());
  grpc::SslCredentialsOptions anonymous;
  anonymous.pem_root_certs = read_text(server_files_.authority);
  EXPECT_FALSE(
      call(*stub(grpc::SslCredentials(anonymous)), &v1::Coordinator::Stub::Join, join_request(), response).ok());
}

TEST_F(ServiceTest, AnUnauthenticatedListenerRefusesEveryCall) {
  serve(config_for(1, 1));
  server_ = std::make_unique<GrpcServer>(*coordinator_, "127.0.0.1:0", grpc::InsecureServerCredentials());
  v1::JoinResponse response;
  const auto status =
      call(*stub(grpc::InsecureChannelCredentials()), &v1::Coordinator::Stub::Join, join_request(), response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::PERMISSION_DENIED);
}

TEST_F(ServiceTest, AMessageAboveFourMebibytesIsRefused) {
  serve(config_for(1, 1));
  v1::UploadChunkRequest upload;
  upload.set_data(std::string((4u << 20) + 1, 'x'));
  v1::UploadChunkResponse response;
  const auto status = call(*client("site-a"), &v1::Coordinator::Stub::UploadChunk, upload, response);
  EXPECT_EQ(wire::to_error(status, "UploadChunk").kind(), ErrorKind::resource);
}

TEST_F(ServiceTest, ShutdownAnswersHeldCallsQuickly) {
  serve(config_for(2, 1));
  const auto held_client = client("site-a");
  v1::JoinResponse joined;
  ASSERT_TRUE(call(*held_client, &v1::Coordinator::Stub::Join, join_request(), joined).ok());
  auto held = std::async(std::launch::async, [&] {
    v1::PullWorkRequest pull;
    pull.set_run(joined.run());
    pull.set_patience_ms(10'000);
    v1::WorkOrder order;
    const auto status = call(*held_client, &v1::Coordinator::Stub::PullWork, pull, order);
    return std::pair(status, order);
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  const auto begin = std::chrono::steady_clock::now();
  server_->shutdown();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
  const auto [status, order] = held.get();
  EXPECT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(order.wait().reason(), "the coordinator is stopping");
  server_->shutdown();
}

TEST_F(ServiceTest, RefusesAnAddressItCannotHave) {
  serve(config_for(1, 1));
  const auto credentials = wire::server_credentials(server_files_);
  EXPECT_THROW(GrpcServer(*coordinator_, "nonsense", credentials), Error);
  EXPECT_THROW(GrpcServer(*coordinator_, "127.0.0.1:", credentials), Error);
  try {
    GrpcServer second(*coordinator_, fmt::format("127.0.0.1:{}", server_->port()), credentials);
    FAIL() << "two servers share one port";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::io);
    EXPECT_THAT(error.what(), HasSubstr("cannot listen on"));
  }
}

}  // namespace
}  // namespace tacit::coordinator
