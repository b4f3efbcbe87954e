#pragma once

#include <cstddef>
#include <memory>

namespace tacit::quantum_sim {

/// Threads that share many short loops: the passes of one state, the tiles of a batch. A loop starts without
/// allocating, and workers wait for the next one awake for a moment before they sleep.
class ThreadTeam {
 public:
  /// As many threads as `threads`, the caller's among them. Throws Error(resource) if they cannot be started.
  explicit ThreadTeam(std::size_t threads);
  ~ThreadTeam();
  ThreadTeam(ThreadTeam&&) noexcept;

  std::size_t size() const noexcept;
  /// Runs body(context, index, thread) for every index in [0, count), thread in [0, size()), and waits. The body must
  /// not throw.
  void for_each(std::size_t count, void (*body)(void* context, std::size_t index, std::size_t thread), void* context);
  template <class Body>
  void for_each(std::size_t count, Body&& body) {
    if (count == 1) return static_cast<void>(body(std::size_t{0}, std::size_t{0}));
    for_each(
        count,
        [](void* context, std::size_t index, std::size_t thread) { (*static_cast<Body*>(context))(index, thread); },
        &body);
  }

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tacit::quantum_sim
