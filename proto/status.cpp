#include "proto/status.h"

#include <array>
#include <optional>
#include <string>

namespace tacit::wire {
namespace {

constexpr std::string_view details_prefix = "tacit error: ";

struct Row {
  ErrorKind kind;
  grpc::StatusCode code;
};
constexpr std::array rows{
    Row{ErrorKind::internal, grpc::StatusCode::INTERNAL},
    Row{ErrorKind::usage, grpc::StatusCode::INVALID_ARGUMENT},
    Row{ErrorKind::configuration, grpc::StatusCode::FAILED_PRECONDITION},
    Row{ErrorKind::data, grpc::StatusCode::INVALID_ARGUMENT},
    Row{ErrorKind::io, grpc::StatusCode::INTERNAL},
    Row{ErrorKind::peer, grpc::StatusCode::PERMISSION_DENIED},
    Row{ErrorKind::deadline, grpc::StatusCode::DEADLINE_EXCEEDED},
    Row{ErrorKind::state, grpc::StatusCode::FAILED_PRECONDITION},
    Row{ErrorKind::resource, grpc::StatusCode::RESOURCE_EXHAUSTED},
    Row{ErrorKind::interrupted, grpc::StatusCode::UNAVAILABLE},
};

std::string details_of(ErrorKind kind) {
  return std::string(details_prefix) + to_string(kind);
}

std::optional<ErrorKind> kind_of(const grpc::Status& status) {
  for (const Row& row : rows)
    if (status.error_details() == details_of(row.kind)) return row.kind;
  return {};
}

}  // namespace

grpc::Status to_status(const Error& error) {
  for (const Row& row : rows)
    if (row.kind == error.kind()) return {row.code, error.what(), details_of(row.kind)};
  return {grpc::StatusCode::INTERNAL, error.what(), details_of(ErrorKind::internal)};
}

Error to_error(const grpc::Status& status, std::string_view doing) {
  if (status.ok()) fail(ErrorKind::usage, "{}: this call did not fail", doing);
  if (const std::optional<ErrorKind> kind = kind_of(status)) return {*kind, status.error_message()};
  const std::string message =
      fmt::format("{}: {} (gRPC status {})", doing, status.error_message(), static_cast<int>(status.error_code()));
  switch (status.error_code()) {
    case grpc::StatusCode::DEADLINE_EXCEEDED:
      return {ErrorKind::deadline, message};
    case grpc::StatusCode::RESOURCE_EXHAUSTED:
      return {ErrorKind::resource, message};
    default:
      return {ErrorKind::peer, message};
  }
}

bool is_transient(const grpc::Status& status) {
  if (status.error_code() == grpc::StatusCode::UNAVAILABLE) return true;
  return status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED && !kind_of(status);
}

}  // namespace tacit::wire
