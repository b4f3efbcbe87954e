#pragma once

namespace tacit::wire {

/// Sends what gRPC has to say to our own log: its errors (a refused handshake, for one) as warnings, the rest as debug
/// lines. Safe to call again. Credentials do it by themselves (proto/credentials.h).
void log_grpc_messages();

}  // namespace tacit::wire
