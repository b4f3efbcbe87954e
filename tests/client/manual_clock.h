#pragma once

#include <chrono>
#include <vector>

#include "client/clock.h"

namespace tacit::client {

/// Time that passes only by sleeping, and at once.
class ManualClock final : public Clock {
 public:
  Time now() override { return now_; }
  void sleep(std::chrono::milliseconds pause, const std::stop_token&) override {
    now_ += pause;
    pauses.push_back(pause);
  }
  std::vector<std::chrono::milliseconds> pauses;

 private:
  Time now_{};
};

}  // namespace tacit::client
