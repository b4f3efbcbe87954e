#include "client/backoff.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <random>
#include <utility>

#include "core/error.h"

namespace tacit::client {

Backoff::Backoff(Settings settings, Uniform uniform)
    : settings_(settings), uniform_(std::move(uniform)), ceiling_(settings.initial) {
  if (settings.initial.count() <= 0 || settings.initial > settings.cap || settings.cap > std::chrono::hours(24)) {
    fail(ErrorKind::usage, "back-off from {} ms up to {} ms: expected 0 < initial <= cap <= 24 h",
         settings.initial.count(), settings.cap.count());
  }
}

std::chrono::milliseconds Backoff::next() {
  const auto pause = static_cast<std::int64_t>(uniform_() * static_cast<double>(ceiling_.count() + 1));
  const std::chrono::milliseconds ceiling = ceiling_;
  ceiling_ = ceiling_ > settings_.cap / 2 ? settings_.cap : ceiling_ * 2;
  return std::clamp(std::chrono::milliseconds(pause), std::chrono::milliseconds(0), ceiling);
}

Backoff::Uniform Backoff::entropy() {
  // Not the default device, which may be the instruction RDSEED: on one processor its values were seen to repeat ten
  // thousand times as often as chance has it.
  return [device = std::make_shared<std::random_device>("/dev/urandom")] {
    return std::ldexp(static_cast<double>((*device)()), -32);
  };
}

}  // namespace tacit::client
