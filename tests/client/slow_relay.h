#pragma once

#include <chrono>
#include <thread>

namespace tacit::client {

/// Passes one TCP connection on to 127.0.0.1:`target`, but leaves it waiting for `delay` before the first byte.
class SlowRelay {
 public:
  SlowRelay(int target, std::chrono::milliseconds delay);
  ~SlowRelay();
  SlowRelay(const SlowRelay&) = delete;
  SlowRelay& operator=(const SlowRelay&) = delete;
  int port() const { return port_; }

 private:
  void relay(int target, std::chrono::milliseconds delay, const std::stop_token& stop) const;

  int listening_ = -1;
  int port_ = 0;
  std::jthread thread_;
};

}  // namespace tacit::client
