#pragma once

#include <atomic>
#include <chrono>
#include <thread>

#include "client/transport.h"

namespace tacit::client {

/// While one lives, a thread tells the coordinator every `interval` that this client still works, and listens whether
/// the work still counts. A heartbeat that fails is only missed: the upload that follows finds out what is wrong. Ends
/// with the object, at the latest after one call's deadline.
class Heartbeat {
 public:
  /// An interval of 0 sends none.
  Heartbeat(Transport& transport, v1::WorkKey key, std::chrono::milliseconds interval, Transport::Deadline deadline);
  Heartbeat(const Heartbeat&) = delete;
  Heartbeat& operator=(const Heartbeat&) = delete;

  bool work_still_counts() const noexcept { return work_still_counts_; }

 private:
  void beat(const std::stop_token& stop) noexcept;

  Transport& transport_;
  v1::WorkKey key_;
  std::chrono::milliseconds interval_;
  Transport::Deadline deadline_;
  std::atomic<bool> work_still_counts_ = true;
  std::jthread thread_;  ///< last: it ends before what it uses
};

}  // namespace tacit::client
