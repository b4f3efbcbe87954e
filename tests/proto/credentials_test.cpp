#include "proto/credentials.h"

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <atomic>
#include <mutex>
#include <thread>

#include "core/files.h"
#include "proto/certificates.h"
#include "proto/raw_tls.h"
#include "refusal.h"
#include "tacit/v1/coordinator.grpc.pb.h"

namespace tacit::wire {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

/// Counts the calls that reach a handler, and notes who made the last one.
class CountingService final : public v1::Coordinator::Service {
 public:
  grpc::Status Heartbeat(grpc::ServerContext* context, const v1::HeartbeatRequest*, v1::HeartbeatResponse*) override {
    ++calls;
    const std::lock_guard lock(mutex_);
    caller_ = peer_identity(*context->auth_context());
    return grpc::Status::OK;
  }
  std::string caller() {
    const std::lock_guard lock(mutex_);
    return caller_;
  }
  std::atomic<int> calls = 0;

 private:
  std::mutex mutex_;
  std::string caller_;
};

/// A server on a free loopback port.
class Listener {
 public:
  explicit Listener(const std::shared_ptr<grpc::ServerCredentials>& credentials) {
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", credentials, &port_);
    builder.RegisterService(&service);
    server_ = builder.BuildAndStart();
  }
  ~Listener() { server_->Shutdown(std::chrono::system_clock::now()); }
  int port() const { return port_; }
  CountingService service;

 private:
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
};

grpc::Status call(const std::shared_ptr<grpc::ChannelCredentials>& credentials, int port) {
  const auto channel = grpc::CreateChannel(fmt::format("127.0.0.1:{}", port), credentials);
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(10));
  v1::HeartbeatResponse response;
  return v1::Coordinator::NewStub(channel)->Heartbeat(&context, {}, &response);
}

/// A certificate folder with one authority, a coordinator reached at 127.0.0.1, and a client.
class CredentialsTest : public testing::Test {
 protected:
  CredentialsTest() : folder_(temporary_.path()) {
    create_authority_folder(folder_, "house", 10);
    server_files_ = issue_server_files(folder_, "coordinator", {"127.0.0.1", "localhost"}, 5);
    client_files_ = issue_client_files(folder_, "site-a", 5);
    authority_ = {read_text(folder_ / "ca.pem"), read_text(folder_ / "ca.key")};
  }

  /// Channel credentials as a hostile or careless client would make them: nothing is checked beforehand.
  std::shared_ptr<grpc::ChannelCredentials> unchecked(const Credential& client) const {
    return grpc::SslCredentials({authority_.certificate_pem, client.private_key_pem, client.certificate_pem});
  }
  Credential client_credential() const { return {read_text(client_files_.certificate), read_text(client_files_.key)}; }
  Credential server_credential() const { return {read_text(server_files_.certificate), read_text(server_files_.key)}; }

  TlsFiles write(const std::string& name, const Credential& credential) const {
    write_atomically(folder_ / (name + ".pem"), std::string_view(credential.certificate_pem));
    write_atomically(folder_ / (name + ".key"), std::string_view(credential.private_key_pem), 0600);
    return files_of(folder_, name);
  }

  TemporaryFolder temporary_;
  fs::path folder_;
  TlsFiles server_files_, client_files_;
  Credential authority_;
};

Validity expired() {
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  return {now - std::chrono::days(2), now - std::chrono::days(1)};
}

Validity not_yet() {
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  return {now + std::chrono::days(1), now + std::chrono::days(2)};
}

TEST_F(CredentialsTest, AValidClientIsSeenUnderItsName) {
  Listener listener(server_credentials(server_files_));
  const grpc::Status status = call(client_credentials(client_files_), listener.port());
  EXPECT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(listener.service.calls, 1);
  EXPECT_EQ(listener.service.caller(), "site-a");
}

TEST_F(CredentialsTest, OtherClientsReachNoHandler) {
  Listener listener(server_credentials(server_files_));
  const Credential foreign_house = create_authority("house", Validity::for_days(2));
  const std::vector<std::pair<const char*, Credential>> intruders{
      {"no certificate", {}},
      {"expired", issue_client_certificate(authority_, "site-b", expired())},
      {"not yet valid", issue_client_certificate(authority_, "site-b", not_yet())},
      {"foreign authority of the same name", issue_client_certificate(foreign_house, "site-a", Validity::for_days(1))},
      {"self-signed", foreign_house},
      {"server's certificate", server_credential()},
  };
  for (const auto& [what, credential] : intruders) {
    const grpc::Status status = call(unchecked(credential), listener.port());
    EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE) << what << ": " << status.error_message();
    EXPECT_EQ(listener.service.calls, 0) << what;
  }
  EXPECT_FALSE(call(grpc::InsecureChannelCredentials(), listener.port()).ok());
  EXPECT_EQ(listener.service.calls, 0);
  // The server is still well, and the way in works: what was refused was refused for its certificate.
  EXPECT_TRUE(call(unchecked(client_credential()), listener.port()).ok());
  EXPECT_EQ(listener.service.calls, 1);
}

TEST_F(CredentialsTest, OtherServersAreNotTrusted) {
  const Credential foreign_house = create_authority("house", Validity::for_days(2));
  const std::vector<std::pair<const char*, Credential>> impostors{
      {"foreign authority", issue_server_certificate(foreign_house, "c", {"127.0.0.1"}, Validity::for_days(1))},
      {"expired", issue_server_certificate(authority_, "c", {"127.0.0.1"}, expired())},
      {"another host", issue_server_certificate(authority_, "c", {"127.0.0.2", "localhost"}, Validity::for_days(1))},
      {"a client's certificate", client_credential()},
  };
  const auto client = client_credentials(client_files_);
  for (const auto& [what, credential] : impostors) {
    grpc::SslServerCredentialsOptions options(GRPC_SSL_DONT_REQUEST_CLIENT_CERTIFICATE);
    options.pem_key_cert_pairs.push_back({credential.private_key_pem, credential.certificate_pem});
    Listener listener(grpc::SslServerCredentials(options));
    const grpc::Status status = call(client, listener.port());
    EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE) << what << ": " << status.error_message();
    EXPECT_EQ(listener.service.calls, 0) << what;
  }
}

TEST_F(CredentialsTest, TheServerSpeaksNothingOlderThanTls13) {
  Listener listener(server_credentials(server_files_));
  const Credential client = client_credential();
  EXPECT_EQ(raw_client_handshake({client, authority_.certificate_pem, TLS1_2_VERSION}, listener.port()), 0);
  EXPECT_EQ(raw_client_handshake({client, authority_.certificate_pem, TLS1_3_VERSION}, listener.port()),
            TLS1_3_VERSION);
}

TEST_F(CredentialsTest, TheClientSpeaksNothingOlderThanTls13) {
  const auto client = client_credentials(client_files_);
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    RawTlsServer server({server_credential(), authority_.certificate_pem, version});
    grpc::Status status;
    std::thread dialling([&] { status = call(client, server.port()); });
    const int agreed = server.accept_one(10);
    dialling.join();
    EXPECT_EQ(agreed, version == TLS1_3_VERSION ? TLS1_3_VERSION : 0);
    EXPECT_FALSE(status.ok()) << "nobody answers calls there";
  }
}

TEST_F(CredentialsTest, BadFilesAreNamedBeforeAnyConnection) {
  const Credential foreign_house = create_authority("foreign", Validity::for_days(2));
  const auto client_refusal = [](const TlsFiles& files, ErrorKind kind = ErrorKind::configuration) {
    return refusal(kind, [&] { client_credentials(files); });
  };
  TlsFiles files = client_files_;
  files.certificate = folder_ / "absent.pem";
  EXPECT_THAT(client_refusal(files), HasSubstr("absent.pem"));
  files = client_files_;
  files.key = folder_;
  EXPECT_THAT(client_refusal(files), HasSubstr(folder_.string()));
  files = client_files_;
  files.authority.clear();
  EXPECT_THAT(client_refusal(files), HasSubstr("no authority file"));
  files = client_files_;
  files.key = server_files_.key;
  EXPECT_THAT(client_refusal(files), HasSubstr("coordinator.key is not the private key of"));

  files = write("old", issue_client_certificate(authority_, "old", expired()));
  EXPECT_THAT(client_refusal(files), testing::AllOf(HasSubstr("old.pem"), HasSubstr("expired"), HasSubstr("valid 20")));
  files = write("early", issue_client_certificate(authority_, "early", not_yet()));
  EXPECT_THAT(client_refusal(files), testing::AllOf(HasSubstr("early.pem"), HasSubstr("not yet valid")));
  files = write("stranger", issue_client_certificate(foreign_house, "stranger", Validity::for_days(1)));
  EXPECT_THAT(client_refusal(files),
              testing::AllOf(HasSubstr("stranger.pem"), HasSubstr("ca.pem"), HasSubstr("issuer")));
  write_atomically(folder_ / "garbage.pem", std::string_view("-----BEGIN CERTIFICATE-----\nAAAA\n"));
  files = client_files_;
  files.certificate = folder_ / "garbage.pem";
  EXPECT_THAT(client_refusal(files, ErrorKind::data), HasSubstr("garbage.pem"));

  EXPECT_THAT(client_refusal(server_files_), HasSubstr("coordinator.pem"));
  EXPECT_THAT(refusal(ErrorKind::configuration, [&] { server_credentials(client_files_); }), HasSubstr("site-a.pem"));
}

TEST_F(CredentialsTest, AnUnauthenticatedContextHasNoIdentity) {
  class Insecure final : public v1::Coordinator::Service {
    grpc::Status Heartbeat(grpc::ServerContext* context, const v1::HeartbeatRequest*, v1::HeartbeatResponse*) override {
      return {grpc::StatusCode::UNKNOWN, refusal(ErrorKind::peer, [&] { peer_identity(*context->auth_context()); })};
    }
  } service;
  int port = 0;
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(&service);
  const auto server = builder.BuildAndStart();
  EXPECT_THAT(call(grpc::InsecureChannelCredentials(), port).error_message(), HasSubstr("no verified certificate"));
  server->Shutdown();
}

}  // namespace
}  // namespace tacit::wire
