#include "core/error.h"

namespace tacit {
namespace {

bool is_control(char character) {
  const auto code = static_cast<unsigned char>(character);
  return (code < 0x20 && character != '\n' && character != '\t') || code == 0x7f;
}

std::string without_controls(const std::string& message) {
  std::string text;
  for (const char character : message) {
    if (is_control(character))
      text += fmt::format("\\x{:02x}", static_cast<unsigned char>(character));
    else
      text += character;
  }
  return text;
}

}  // namespace

Error::Error(ErrorKind kind, const std::string& message) : std::runtime_error(without_controls(message)), kind_(kind) {}

int exit_code(ErrorKind kind) noexcept {
  switch (kind) {
    case ErrorKind::internal:
      return 1;
    case ErrorKind::usage:
      return 2;
    case ErrorKind::configuration:
      return 3;
    case ErrorKind::data:
      return 4;
    case ErrorKind::io:
      return 5;
    case ErrorKind::peer:
      return 6;
    case ErrorKind::deadline:
      return 7;
    case ErrorKind::state:
      return 8;
    case ErrorKind::resource:
      return 9;
    case ErrorKind::interrupted:
      return 130;
  }
  return 1;
}

ErrorKind kind_of_exit_code(int code) noexcept {
  for (const ErrorKind kind :
       {ErrorKind::internal, ErrorKind::usage, ErrorKind::configuration, ErrorKind::data, ErrorKind::io,
        ErrorKind::peer, ErrorKind::deadline, ErrorKind::state, ErrorKind::resource, ErrorKind::interrupted})
    if (exit_code(kind) == code) return kind;
  return ErrorKind::peer;
}

const char* to_string(ErrorKind kind) noexcept {
  switch (kind) {
    case ErrorKind::internal:
      return "internal error";
    case ErrorKind::usage:
      return "usage error";
    case ErrorKind::configuration:
      return "configuration error";
    case ErrorKind::data:
      return "data error";
    case ErrorKind::io:
      return "input/output error";
    case ErrorKind::peer:
      return "peer error";
    case ErrorKind::deadline:
      return "deadline exceeded";
    case ErrorKind::state:
      return "state error";
    case ErrorKind::resource:
      return "resource exhausted";
    case ErrorKind::interrupted:
      return "interrupted";
  }
  return "internal error";
}

}  // namespace tacit
