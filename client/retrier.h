#pragma once

#include <chrono>
#include <optional>
#include <stop_token>
#include <string_view>
#include <utility>

#include "client/backoff.h"
#include "client/clock.h"
#include "client/transport.h"

namespace tacit::client {

/// Repeats calls that lose their connection, with back-off, until one succeeds or there was no contact for too long.
/// The time without contact runs from the first failure after a success, so long training in between does not count.
/// Not thread-safe.
class Retrier {
 public:
  Retrier(Clock& clock, Backoff backoff, std::chrono::milliseconds give_up_after, std::stop_token stop = {});

  /// The result of `action`, repeated as long as it throws ConnectionError; other exceptions pass. Throws Error(peer)
  /// that says what was tried, for how long, and the last reason; Error(interrupted) if a stop is requested.
  template <class Action>
  auto persist(std::string_view what, const Action& action) {
    for (;;) {
      refuse_if_stopped(what);
      try {
        return action();
      } catch (const ConnectionError& error) {
        pause_after(what, error);
      }
    }
  }

  /// An answer came: the coordinator is there.
  void note_contact() noexcept;
  /// A pause for another reason than a lost connection. Throws Error(interrupted) if a stop is requested.
  void pause(std::string_view what, std::chrono::milliseconds duration);

 private:
  void refuse_if_stopped(std::string_view what) const;
  void pause_after(std::string_view what, const ConnectionError& error);

  Clock& clock_;
  Backoff backoff_;
  std::chrono::milliseconds give_up_after_;
  std::stop_token stop_;
  std::optional<Clock::Time> failing_since_;
};

}  // namespace tacit::client
