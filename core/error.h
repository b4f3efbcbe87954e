#pragma once

#include <fmt/core.h>

#include <stdexcept>
#include <string>
#include <utility>

namespace tacit {

/// What went wrong, in the terms of the person who can mend it. Each kind has one process exit code (docs/cli.md).
enum class ErrorKind {
  internal,       ///< a defect of ours
  usage,          ///< a wrong argument of a function or of the command line
  configuration,  ///< a configuration file: the message names file and line
  data,           ///< a data file, model file or recorded message: the message names the place
  io,             ///< the operating system refused a file, socket or process
  peer,           ///< the other end of a connection refused, vanished or broke the protocol
  deadline,       ///< a bounded wait ran out: the message says what was waited for
  state,          ///< the call does not fit the present state (wrong round, finished run)
  resource,       ///< not enough memory, disk, epsilon: the message says how much is needed
  interrupted,    ///< a person asked us to stop
};

/// The one exception type of Tacit. The message is a sentence that names the field, place or peer and what was
/// expected.
class Error : public std::runtime_error {
 public:
  /// Control characters of the message, which may quote anything, are written out: \x00.
  Error(ErrorKind kind, const std::string& message);
  ErrorKind kind() const noexcept { return kind_; }

 private:
  ErrorKind kind_;
};

/// Exit code of a process that ends with an error of this kind: 1 internal, 2 usage, 3 configuration, 4 data, 5 io,
/// 6 peer, 7 deadline, 8 state, 9 resource, 130 interrupted.
int exit_code(ErrorKind kind) noexcept;

/// The kind behind an exit code; peer for codes that stand for none, such as those of a signal.
ErrorKind kind_of_exit_code(int code) noexcept;

/// Short lower-case name of a kind, as printed before the message.
const char* to_string(ErrorKind kind) noexcept;

/// Throws Error with a formatted message.
template <class... Args>
[[noreturn]] void fail(ErrorKind kind, fmt::format_string<Args...> format, Args&&... args) {
  throw Error(kind, fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace tacit
