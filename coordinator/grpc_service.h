#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "coordinator/coordinator.h"

namespace grpc {
class ServerCredentials;
}

namespace tacit::coordinator {

/// Brings calls from the network to a Coordinator. Handlers only translate and post: who calls is read from the
/// certificate of the connection (proto/credentials.h), errors become statuses (proto/status.h). A connection without a
/// verified identity is refused whatever the credentials are. Messages are limited to 4 MiB.
class GrpcServer {
 public:
  /// Listens. `address` is HOST:PORT; port 0 lets the system choose. Throws Error(io) if the address cannot be used (it
  /// is not shared with another process), Error(usage) if it is not HOST:PORT. The coordinator must outlive the server.
  GrpcServer(Coordinator& coordinator, const std::string& address,
             std::shared_ptr<grpc::ServerCredentials> credentials);
  ~GrpcServer();  ///< shuts down
  GrpcServer(const GrpcServer&) = delete;
  GrpcServer& operator=(const GrpcServer&) = delete;

  int port() const noexcept;

  /// Takes no more calls, lets those in progress end for at most `grace`, then cuts them off; held calls of PullWork
  /// are answered first. Returns when the last handler has ended. Idempotent.
  void shutdown(std::chrono::milliseconds grace = std::chrono::milliseconds(2000));

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tacit::coordinator
