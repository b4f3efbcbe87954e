#include "client/clock.h"

#include <condition_variable>
#include <mutex>

namespace tacit::client {

Clock::Time SystemClock::now() {
  return std::chrono::steady_clock::now();
}

void SystemClock::sleep(std::chrono::milliseconds pause, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any stopped;
  std::unique_lock lock(mutex);
  stopped.wait_for(lock, stop, pause, [] { return false; });
}

}  // namespace tacit::client
