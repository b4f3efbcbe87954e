#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

#include "core/error.h"
#include "core/thread_pool.h"

namespace tacit::attacks {

struct AttackProgress {
  std::size_t run = 0;  ///< which run, from 0: restarts times label candidates
  std::size_t runs = 1;
  std::size_t iteration = 0;
  std::size_t max_iterations = 0;
  double value = 0;
};

/// How an attack is run; without effect on its result, except for the seed.
struct AttackControl {
  std::uint64_t seed = 0;      ///< of starting points; keys have Purpose::attack_restart, client = restart
  ThreadPool* pool = nullptr;  ///< runs restarts side by side; null: one after another
  /// Called after every iteration, one call at a time, from any thread of the pool.
  std::function<void(const AttackProgress&)> progress;
  /// Asked before every iteration, from any thread; true ends the attack with Error(interrupted).
  std::function<bool()> cancelled;

  /// Throws Error(interrupted) if the attack is asked to end.
  void stop_if_cancelled() const {
    if (cancelled && cancelled()) fail(ErrorKind::interrupted, "the attack was cancelled");
  }
};

}  // namespace tacit::attacks
