#include "evaluation/trials.h"

#include <mutex>

#include "core/error.h"

namespace tacit::evaluation {

void run_trials(std::size_t count, const ReproductionControl& control, const std::function<void(std::size_t)>& body,
                double from, double to) {
  std::mutex mutex;
  std::size_t done = 0;
  const auto one = [&](std::size_t trial) {
    if (control.cancelled && control.cancelled()) fail(ErrorKind::interrupted, "the reproduction was cancelled");
    body(trial);
    const std::lock_guard lock(mutex);
    ++done;
    if (control.progress) control.progress(from + (to - from) * static_cast<double>(done) / static_cast<double>(count));
  };
  if (control.pool != nullptr) {
    control.pool->for_each(count, one);
  } else {
    for (std::size_t trial = 0; trial < count; ++trial) one(trial);
  }
}

}  // namespace tacit::evaluation
