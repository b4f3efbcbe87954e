#include "client/retrier.h"

#include <algorithm>

#include "core/log.h"

namespace tacit::client {

using std::chrono::milliseconds;

Retrier::Retrier(Clock& clock, Backoff backoff, milliseconds give_up_after, std::stop_token stop)
    : clock_(clock), backoff_(std::move(backoff)), give_up_after_(give_up_after), stop_(std::move(stop)) {}

void Retrier::note_contact() noexcept {
  failing_since_.reset();
  backoff_.reset();
}

void Retrier::pause(std::string_view what, milliseconds duration) {
  clock_.sleep(duration, stop_);
  refuse_if_stopped(what);
}

void Retrier::refuse_if_stopped(std::string_view what) const {
  if (stop_.stop_requested()) fail(ErrorKind::interrupted, "stopped while trying to {}", what);
}

void Retrier::pause_after(std::string_view what, const ConnectionError& error) {
  const Clock::Time now = clock_.now();
  if (!failing_since_) failing_since_ = now;
  const auto without_contact = std::chrono::duration_cast<milliseconds>(now - *failing_since_);
  const milliseconds left = give_up_after_ - without_contact;
  if (left.count() <= 0) {
    fail(ErrorKind::peer, "gave up trying to {}: no contact with the coordinator for {} s; last reason: {}", what,
         static_cast<double>(without_contact.count()) / 1000, error.what());
  }
  // The last pause ends with the time that is allowed, so that one more attempt closes it.
  const milliseconds wait = std::min(backoff_.next(), left);
  log::warning("cannot {} now, trying again in {} ms: {}", what, wait.count(), error.what());
  clock_.sleep(wait, stop_);
}

}  // namespace tacit::client
