#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>

#include "coordinator/events.h"

namespace tacit::simulation {

/// Events from the coordinator's thread to the one that drives a simulation.
class EventQueue {
 public:
  void push(const coordinator::Event& event) {
    {
      const std::lock_guard lock(mutex_);
      events_.push_back(event);
    }
    arrived_.notify_one();
  }

  /// The next event; nothing if none came within `patience`.
  std::optional<coordinator::Event> pop(std::chrono::milliseconds patience) {
    std::unique_lock lock(mutex_);
    if (!arrived_.wait_for(lock, patience, [this] { return !events_.empty(); })) return {};
    coordinator::Event event = std::move(events_.front());
    events_.pop_front();
    return event;
  }

 private:
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<coordinator::Event> events_;
};

}  // namespace tacit::simulation
