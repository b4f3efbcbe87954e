#include "client/heartbeat.h"

#include <utility>

#include "client/clock.h"
#include "core/log.h"

namespace tacit::client {

Heartbeat::Heartbeat(Transport& transport, v1::WorkKey key, std::chrono::milliseconds interval,
                     Transport::Deadline deadline)
    : transport_(transport), key_(std::move(key)), interval_(interval), deadline_(deadline) {
  if (interval_.count() > 0) thread_ = std::jthread([this](const std::stop_token& stop) { beat(stop); });
}

void Heartbeat::beat(const std::stop_token& stop) noexcept {
  v1::HeartbeatRequest request;
  *request.mutable_key() = key_;
  SystemClock clock;
  while (work_still_counts_) {
    clock.sleep(interval_, stop);
    if (stop.stop_requested()) return;
    try {
      work_still_counts_ = transport_.heartbeat(request, deadline_).work_still_counts();
    } catch (const std::exception& error) {
      log::debug("heartbeat of round {} missed: {}", key_.round(), error.what());
    }
  }
}

}  // namespace tacit::client
