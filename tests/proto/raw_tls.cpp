#include "proto/raw_tls.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <memory>

#include "proto/openssl_handles.h"

namespace tacit::wire {
namespace {

using ContextHandle = std::unique_ptr<SSL_CTX, OpensslDelete<SSL_CTX_free>>;
using SessionHandle = std::unique_ptr<SSL, OpensslDelete<SSL_free>>;

sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  return address;
}

int choose_http2(SSL*, const unsigned char** chosen, unsigned char* size, const unsigned char*, unsigned, void*) {
  static constexpr std::array<unsigned char, 2> h2{'h', '2'};
  *chosen = h2.data();
  *size = h2.size();
  return SSL_TLSEXT_ERR_OK;
}

ContextHandle context_of(const RawTls& tls) {
  ContextHandle context(SSL_CTX_new(TLS_method()));
  require_openssl(SSL_CTX_set_max_proto_version(context.get(), tls.newest_version) == 1, "setting the TLS version");
  if (!tls.credential.certificate_pem.empty()) {
    const auto chain = parse_certificates(tls.credential.certificate_pem, "raw");
    const KeyHandle key = parse_key(tls.credential.private_key_pem, "raw");
    require_openssl(SSL_CTX_use_certificate(context.get(), chain.front().get()) == 1, "SSL_CTX_use_certificate");
    require_openssl(SSL_CTX_use_PrivateKey(context.get(), key.get()) == 1, "SSL_CTX_use_PrivateKey");
  }
  const auto authority = parse_certificates(tls.authority_pem, "raw");
  X509_STORE_add_cert(SSL_CTX_get_cert_store(context.get()), authority.front().get());
  static constexpr std::array<unsigned char, 3> protocols{2, 'h', '2'};
  SSL_CTX_set_alpn_protos(context.get(), protocols.data(), protocols.size());
  SSL_CTX_set_alpn_select_cb(context.get(), choose_http2, nullptr);
  return context;
}

void bound_waits(int socket) {
  const timeval limit{10, 0};
  setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
}

int handshake(const RawTls& tls, int socket, int (*shake)(SSL*)) {
  bound_waits(socket);
  const ContextHandle context = context_of(tls);
  const SessionHandle session(SSL_new(context.get()));
  SSL_set_fd(session.get(), socket);
  const int version = shake(session.get()) == 1 ? SSL_version(session.get()) : 0;
  openssl_reason();
  return version;
}

}  // namespace

int raw_client_handshake(const RawTls& tls, int port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  const sockaddr_in address = loopback(port);
  int version = 0;
  if (connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
    version = handshake(tls, socket, SSL_connect);
  }
  close(socket);
  return version;
}

RawTlsServer::RawTlsServer(RawTls tls) : tls_(std::move(tls)), socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  if (bind(socket_, reinterpret_cast<const sockaddr*>(&address), size) != 0 || listen(socket_, 4) != 0 ||
      getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    fail(ErrorKind::io, "cannot listen on a loopback port");
  }
  port_ = ntohs(address.sin_port);
}

RawTlsServer::~RawTlsServer() {
  close(socket_);
}

int RawTlsServer::accept_one(int seconds) {
  pollfd waiting{socket_, POLLIN, 0};
  if (poll(&waiting, 1, seconds * 1000) != 1) return -1;
  const int connection = accept(socket_, nullptr, nullptr);
  const int version = handshake(tls_, connection, SSL_accept);
  close(connection);
  return version;
}

}  // namespace tacit::wire
