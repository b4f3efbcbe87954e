#pragma once

#include <chrono>
#include <functional>

namespace tacit::client {

/// Exponential back-off with full jitter (Brooker, "Exponential Backoff And Jitter", AWS 2015): the n-th pause, n = 0,
/// 1, ..., is uniform in [0, min(cap, initial * 2^n)], so that many clients which lost the same coordinator do not
/// return in step.
class Backoff {
 public:
  struct Settings {
    std::chrono::milliseconds initial{200};
    std::chrono::milliseconds cap{20'000};
  };
  /// Uniform numbers in [0, 1). They decide when calls happen, never what they say: no part of promise P1.
  using Uniform = std::function<double()>;

  /// Throws Error(usage) unless 0 < initial <= cap <= 24 hours.
  explicit Backoff(Settings settings, Uniform uniform = entropy());

  std::chrono::milliseconds next();
  /// After a success: the next pause is short again.
  void reset() noexcept { ceiling_ = settings_.initial; }

  /// Uniform numbers from the system's entropy.
  static Uniform entropy();

 private:
  Settings settings_;
  Uniform uniform_;
  std::chrono::milliseconds ceiling_;
};

}  // namespace tacit::client
