#pragma once

#include <grpcpp/support/status.h>

#include <string_view>

#include "core/error.h"

namespace tacit::wire {

/// An error as it crosses the wire. The message travels as it is; the kind stands in the status details, so nothing is
/// lost; the code is what other gRPC tools see:
///   internal, io       INTERNAL             usage, data            INVALID_ARGUMENT
///   peer               PERMISSION_DENIED    state, configuration   FAILED_PRECONDITION
///   deadline           DEADLINE_EXCEEDED    resource               RESOURCE_EXHAUSTED
///   interrupted        UNAVAILABLE
grpc::Status to_status(const Error& error);

/// The other way. `doing` names the peer and the call for the message of failures that gRPC itself reports, as in
/// "coordinator 127.0.0.1:7000, PullWork". A status without a kind becomes: DEADLINE_EXCEEDED deadline,
/// RESOURCE_EXHAUSTED resource, everything else peer. Throws Error(usage) if the status is OK.
Error to_error(const grpc::Status& status, std::string_view doing);

/// Whether repeating the same call may help: the connection broke, or the coordinator is going down or coming up. Calls
/// are idempotent, so repeating is always safe.
bool is_transient(const grpc::Status& status);

}  // namespace tacit::wire
