#pragma once

#include <chrono>
#include <stop_token>

namespace tacit::client {

/// Time as a client sees it. Injected, so that pauses are tested without waiting.
class Clock {
 public:
  using Time = std::chrono::steady_clock::time_point;

  virtual ~Clock() = default;
  virtual Time now() = 0;
  /// Returns after `pause`, or earlier if a stop is requested.
  virtual void sleep(std::chrono::milliseconds pause, const std::stop_token& stop) = 0;
};

/// The machine's steady clock.
class SystemClock final : public Clock {
 public:
  Time now() override;
  void sleep(std::chrono::milliseconds pause, const std::stop_token& stop) override;
};

}  // namespace tacit::client
