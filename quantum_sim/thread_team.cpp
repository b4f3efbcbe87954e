#include "quantum_sim/thread_team.h"

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

#include "core/error.h"

namespace tacit::quantum_sim {
namespace {

// Some ten microseconds: longer than the caller needs between two passes.
constexpr int turns_awake = 4000;

constexpr std::size_t most_indices = std::size_t{1} << 19;

void pause() noexcept {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#endif
}

// A ticket says which loop runs, how many indices it has and which is next, so that one atomic step takes an index of
// the loop that runs then. Nobody waits for a worker that took none: one that wakes late finds nothing to do, or helps
// with a later loop.
class Ticket {
 public:
  static constexpr std::uint64_t field = (std::uint64_t{1} << 20) - 1;
  static constexpr std::uint64_t of_loop(std::uint64_t loop, std::uint64_t count) { return loop << 40 | count << 20; }
  explicit Ticket(std::uint64_t bits) : bits_(bits) {}
  std::uint64_t loop() const { return bits_ >> 40; }
  std::size_t index() const { return static_cast<std::size_t>(bits_ & field); }
  bool is_valid() const { return (bits_ & field) < (bits_ >> 20 & field); }

 private:
  std::uint64_t bits_;
};

}  // namespace

struct ThreadTeam::State {
  // Written between loops only, before the ticket that makes them seen.
  void (*body)(void*, std::size_t, std::size_t) = nullptr;
  void* context = nullptr;
  std::atomic<std::uint64_t> ticket{0};
  std::atomic<std::size_t> ended{0};  ///< indices of the current loop
  std::atomic<bool> closing{false};
  std::mutex mutex;
  std::condition_variable started;
  std::vector<std::thread> workers;

  // Also where a thread could not be started: those that run must end before what they use.
  ~State() {
    {
      const std::lock_guard lock(mutex);
      closing.store(true);
    }
    started.notify_all();
    for (std::thread& worker : workers) worker.join();
  }

  /// Returns the loop that ran last.
  std::uint64_t help(std::size_t thread) {
    while (true) {
      const Ticket taken(ticket.fetch_add(1, std::memory_order_acq_rel));
      if (!taken.is_valid()) return taken.loop();
      body(context, taken.index(), thread);
      ended.fetch_add(1, std::memory_order_release);
    }
  }

  bool has_news(std::uint64_t seen) const {
    return Ticket(ticket.load(std::memory_order_acquire)).loop() != seen || closing.load();
  }

  void work(std::size_t thread) {
    for (std::uint64_t seen = 0;;) {
      for (int turn = 0; turn < turns_awake && !has_news(seen); ++turn) pause();
      if (!has_news(seen)) {
        std::unique_lock lock(mutex);
        started.wait(lock, [&] { return has_news(seen); });
      }
      if (closing.load()) return;
      seen = help(thread);
    }
  }
};

ThreadTeam::ThreadTeam(std::size_t threads) : state_(std::make_unique<State>()) {
  try {
    for (std::size_t thread = 1; thread < threads; ++thread)
      state_->workers.emplace_back([state = state_.get(), thread] { state->work(thread); });
  } catch (const std::exception& error) {
    fail(ErrorKind::resource, "only {} of {} threads could be started: {}", state_->workers.size() + 1, threads,
         error.what());
  }
}

ThreadTeam::~ThreadTeam() = default;

ThreadTeam::ThreadTeam(ThreadTeam&&) noexcept = default;

std::size_t ThreadTeam::size() const noexcept {
  return state_->workers.size() + 1;
}

void ThreadTeam::for_each(std::size_t count, void (*body)(void*, std::size_t, std::size_t), void* context) {
  State& s = *state_;
  if (s.workers.empty() || count < 2 || count > most_indices) {
    for (std::size_t index = 0; index < count; ++index) body(context, index, 0);
    return;
  }
  s.body = body;
  s.context = context;
  s.ended.store(0, std::memory_order_relaxed);
  {
    // Under the lock, so that a worker about to sleep sees it.
    const std::lock_guard lock(s.mutex);
    const std::uint64_t loop = Ticket(s.ticket.load(std::memory_order_relaxed)).loop() + 1;
    s.ticket.store(Ticket::of_loop(loop, count), std::memory_order_release);
  }
  s.started.notify_all();
  s.help(0);
  for (int turn = 0; s.ended.load(std::memory_order_acquire) != count; ++turn)
    turn < turns_awake ? pause() : std::this_thread::yield();
}

}  // namespace tacit::quantum_sim
