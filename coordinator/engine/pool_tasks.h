#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>

#include "core/thread_pool.h"

namespace tacit::coordinator {

/// Work of one owner on a shared pool, so that the owner can wait for its own work before it goes away.
class PoolTasks {
 public:
  explicit PoolTasks(ThreadPool& pool) : pool_(pool) {}

  void post(std::function<void()> task) {
    {
      const std::lock_guard lock(mutex_);
      ++running_;
    }
    pool_.post([this, work = std::move(task)]() mutable {
      work();
      work = nullptr;  // what the task holds must be gone before the owner may go
      const std::lock_guard lock(mutex_);
      if (--running_ == 0) idle_.notify_all();
    });
  }

  void wait_idle() {
    std::unique_lock lock(mutex_);
    idle_.wait(lock, [this] { return running_ == 0; });
  }

  std::size_t threads() const noexcept { return pool_.size(); }

 private:
  ThreadPool& pool_;
  std::mutex mutex_;
  std::condition_variable idle_;
  std::size_t running_ = 0;
};

}  // namespace tacit::coordinator
