#include "proto/grpc_log.h"

#include <grpc/support/log.h>

#include "core/log.h"

namespace tacit::wire {
namespace {

void write(gpr_log_func_args* message) {
  const bool serious = message->severity == GPR_LOG_SEVERITY_ERROR;
  log::write(serious ? log::Level::warning : log::Level::debug, fmt::format("gRPC: {}", message->message));
}

}  // namespace

void log_grpc_messages() {
  gpr_set_log_function(write);
}

}  // namespace tacit::wire
