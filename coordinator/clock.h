#pragma once

#include <chrono>

namespace tacit::coordinator {

/// Where time comes from; injected, so that windows can be tested without waiting.
class Clock {
 public:
  using Instant = std::chrono::steady_clock::time_point;

  virtual ~Clock() = default;
  /// For windows and waits: never goes back.
  virtual Instant now() const = 0;
  /// Seconds since 1970-01-01 UTC, for people and files.
  virtual double unix_time() const = 0;
};

class SystemClock : public Clock {
 public:
  Instant now() const override { return std::chrono::steady_clock::now(); }
  double unix_time() const override {
    return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
  }
};

using Instant = Clock::Instant;

}  // namespace tacit::coordinator
