#include "quantum_sim/state/thread_team.h"

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

#include "core/error.h"

namespace tacit::quantum_sim {
namespace {

// Some ten microseconds: longer than the caller needs between two passes.
constexpr int turns_awake = 4000;

void pause() noexcept {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#endif
}

}  // namespace

struct ThreadTeam::State {
  void (*body)(void*, std::size_t, std::size_t) = nullptr;
  void* context = nullptr;
  std::size_t count = 0;
  std::atomic<std::size_t> next{0};
  std::atomic<std::size_t> working{0};
  std::atomic<std::uint64_t> loop{0};  ///< number of the current loop
  std::atomic<bool> closing{false};
  std::mutex mutex;
  std::condition_variable started;
  std::vector<std::thread> workers;

  void help(std::size_t thread) {
    for (std::size_t index; (index = next.fetch_add(1, std::memory_order_relaxed)) < count;)
      body(context, index, thread);
  }

  bool has_news(std::uint64_t seen) const { return loop.load(std::memory_order_acquire) != seen || closing.load(); }

  void work(std::size_t thread) {
    for (std::uint64_t seen = 0;;) {
      for (int turn = 0; turn < turns_awake && !has_news(seen); ++turn) pause();
      if (!has_news(seen)) {
        std::unique_lock lock(mutex);
        started.wait(lock, [&] { return has_news(seen); });
      }
      if (closing.load()) return;
      ++seen;
      help(thread);
      working.fetch_sub(1, std::memory_order_release);
    }
  }

  void close() {
    {
      const std::lock_guard lock(mutex);
      closing.store(true);
    }
    started.notify_all();
    for (std::thread& worker : workers) worker.join();
  }
};

ThreadTeam::ThreadTeam(std::size_t threads) : state_(std::make_unique<State>()) {
  try {
    for (std::size_t thread = 1; thread < threads; ++thread)
      state_->workers.emplace_back([state = state_.get(), thread] { state->work(thread); });
  } catch (const std::system_error& error) {
    const std::size_t running = state_->workers.size() + 1;
    state_->close();
    fail(ErrorKind::resource, "only {} of {} threads could be started: {}", running, threads, error.what());
  }
}

ThreadTeam::~ThreadTeam() {
  if (state_) state_->close();
}

ThreadTeam::ThreadTeam(ThreadTeam&&) noexcept = default;

std::size_t ThreadTeam::size() const noexcept {
  return state_->workers.size() + 1;
}

void ThreadTeam::for_each(std::size_t count, void (*body)(void*, std::size_t, std::size_t), void* context) {
  State& s = *state_;
  if (s.workers.empty() || count < 2) {
    for (std::size_t index = 0; index < count; ++index) body(context, index, 0);
    return;
  }
  s.body = body;
  s.context = context;
  s.count = count;
  s.next.store(0, std::memory_order_relaxed);
  s.working.store(s.workers.size(), std::memory_order_relaxed);
  {
    // Under the lock, so that a worker about to sleep sees it.
    const std::lock_guard lock(s.mutex);
    s.loop.fetch_add(1, std::memory_order_release);
  }
  s.started.notify_all();
  s.help(0);
  for (int turn = 0; s.working.load(std::memory_order_acquire) != 0; ++turn)
    turn < turns_awake ? pause() : std::this_thread::yield();
}

}  // namespace tacit::quantum_sim
