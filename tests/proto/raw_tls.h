#pragma once

#include <string>

#include "proto/certificates.h"

namespace tacit::wire {

/// One end of a TLS handshake spoken with OpenSSL directly, without gRPC, so that it can offer what our own code never
/// would.
struct RawTls {
  Credential credential;      ///< empty: presents no certificate
  std::string authority_pem;  ///< whom it trusts
  int newest_version = 0;     ///< TLS1_2_VERSION or TLS1_3_VERSION
};

/// Dials 127.0.0.1:port and shakes hands. Returns the version that was agreed, 0 if the handshake failed.
int raw_client_handshake(const RawTls& tls, int port);

/// A listening socket that shakes hands with the first that dials it.
class RawTlsServer {
 public:
  explicit RawTlsServer(RawTls tls);
  ~RawTlsServer();
  RawTlsServer(const RawTlsServer&) = delete;
  RawTlsServer& operator=(const RawTlsServer&) = delete;
  int port() const { return port_; }
  /// Waits for one connection, at most `seconds`, and answers as raw_client_handshake.
  int accept_one(int seconds);

 private:
  RawTls tls_;
  int socket_ = -1;
  int port_ = 0;
};

}  // namespace tacit::wire
