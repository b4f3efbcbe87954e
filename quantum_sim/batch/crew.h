#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "core/thread_pool.h"

namespace tacit::quantum_sim {

/// A calling thread and helpers that do one thing together, again and again, without allocating.
///
/// A ThreadPool posts tasks, and each costs memory; here each helper is one task for the crew's whole life, asleep
/// between runs.
class Crew {
 public:
  /// `members` counts the calling thread, so is 1 or more. Throws Error(resource) if threads cannot be started.
  explicit Crew(std::size_t members);
  ~Crew();
  Crew(const Crew&) = delete;
  Crew& operator=(const Crew&) = delete;

  std::size_t members() const noexcept { return members_; }
  /// Runs body(member) for members 0 .. members() - 1 at the same time, 0 on the calling thread, and waits for all. The
  /// body must not throw.
  template <class Body>
  void run(const Body& body) {
    start([](const void* context, std::size_t member) { (*static_cast<const Body*>(context))(member); }, &body);
    body(std::size_t{0});
    wait();
  }

 private:
  using Entry = void (*)(const void* context, std::size_t member);
  void start(Entry entry, const void* context) noexcept;
  void wait() noexcept;
  void help(std::size_t member) noexcept;

  std::size_t members_;
  Entry entry_ = nullptr;  ///< null ends the helpers
  const void* context_ = nullptr;
  std::atomic<std::uint32_t> round_{0};
  std::atomic<std::uint32_t> working_{0};
  ThreadPool pool_;  ///< last: its threads end before what they use
};

}  // namespace tacit::quantum_sim
