#include "core/thread_pool.h"

#include <sched.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <new>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "core/error.h"
#include "core/log.h"

namespace tacit {
namespace {

/// The processors that this process may run on: containers and taskset give it fewer than the machine has.
std::size_t usable_processors() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (::sched_getaffinity(0, sizeof(set), &set) == 0 && CPU_COUNT(&set) > 0)
    return static_cast<std::size_t>(CPU_COUNT(&set));
  return std::max(1u, std::thread::hardware_concurrency());
}

/// One for_each, shared by the caller and the workers that help. A helper that comes when all is done touches nothing
/// but the job itself, so the caller need not wait for helpers that never started: nested loops cannot starve.
class Loop {
 public:
  Loop(std::size_t count, const std::function<void(std::size_t)>& body) : count_(count), body_(body) {}

  /// Takes indices in increasing order until none is left.
  void help() {
    std::size_t ended = 0;
    for (std::size_t index; (index = next_.fetch_add(1)) < count_; ++ended) run(index);
    if (ended == 0) return;
    const std::lock_guard lock(mutex_);
    ended_ += ended;
    if (ended_ == count_) all_ended_.notify_all();
  }

  void wait() {
    std::unique_lock lock(mutex_);
    all_ended_.wait(lock, [&] { return ended_ == count_; });
    // Taken out of here, so that the exception belongs to the caller alone, however long a late helper keeps the loop.
    if (auto error = std::exchange(first_error_, nullptr)) std::rethrow_exception(std::move(error));
  }

 private:
  void run(std::size_t index) {
    // Indices are handed out in order, so whatever could throw before the first failure in order has been handed out
    // already: what comes after it can be left out.
    if (index > failed_.load()) return;
    try {
      body_(index);
    } catch (...) {
      const std::lock_guard lock(mutex_);
      if (index < failed_.load()) {
        failed_.store(index);
        first_error_ = std::current_exception();
      }
    }
  }

  const std::size_t count_;
  const std::function<void(std::size_t)>& body_;
  std::atomic<std::size_t> next_{0};
  std::atomic<std::size_t> failed_{static_cast<std::size_t>(-1)};
  std::mutex mutex_;
  std::condition_variable all_ended_;
  std::size_t ended_ = 0;
  std::exception_ptr first_error_;
};

void run_to_the_end(const std::function<void()>& task) noexcept {
  try {
    task();
    return;
  } catch (const std::exception& error) {
    log::error("a background task failed: {}", error.what());
  } catch (...) {
    log::error("a background task failed with an unknown exception");
  }
  std::abort();
}

}  // namespace

struct ThreadPool::State {
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<std::function<void()>> tasks;
  bool closing = false;
  std::vector<std::thread> workers;

  void work() {
    while (true) {
      std::unique_lock lock(mutex);
      changed.wait(lock, [&] { return closing || !tasks.empty(); });
      if (tasks.empty()) return;
      const std::function<void()> task = std::move(tasks.front());
      tasks.pop_front();
      lock.unlock();
      run_to_the_end(task);
    }
  }

  void close() {
    {
      const std::lock_guard lock(mutex);
      closing = true;
    }
    changed.notify_all();
    for (std::thread& worker : workers) worker.join();
  }
};

ThreadPool::ThreadPool(std::size_t threads) : state_(std::make_unique<State>()) {
  if (threads == 0) threads = usable_processors();
  try {
    for (std::size_t i = 0; i < threads; ++i) state_->workers.emplace_back([state = state_.get()] { state->work(); });
  } catch (const std::exception& error) {
    const std::size_t started = state_->workers.size();
    state_->close();
    fail(ErrorKind::resource, "only {} of {} threads could be started: {}", started, threads, error.what());
  }
}

ThreadPool::~ThreadPool() {
  state_->close();
}

std::size_t ThreadPool::size() const noexcept {
  return state_->workers.size();
}

void ThreadPool::post(std::function<void()> task) {
  {
    const std::lock_guard lock(state_->mutex);
    state_->tasks.push_back(std::move(task));
  }
  state_->changed.notify_one();
}

void ThreadPool::for_each(std::size_t count, const std::function<void(std::size_t)>& body) {
  if (count == 0) return;
  const auto loop = std::make_shared<Loop>(count, body);
  // Helpers that have started use `body`, so nothing may be thrown past them; what no helper takes the caller does.
  try {
    for (std::size_t helper = 0; helper < std::min(count - 1, size()); ++helper) post([loop] { loop->help(); });
  } catch (const std::bad_alloc&) {
  }
  loop->help();
  loop->wait();
}

}  // namespace tacit
