#pragma once

#include <functional>
#include <memory>

namespace tacit::attacks {

/// A function with a stack of its own, which can be left in the middle of a call and entered again there. For one
/// thread: that which made it enters it. A body must not pause inside a catch block.
class Fiber {
 public:
  /// Nothing runs yet. Throws Error(resource) if there is no memory for the stack.
  explicit Fiber(std::function<void()> body);
  /// A body that is in the middle of its work is unwound: its `pause` ends with an exception that it must let pass.
  ~Fiber();
  Fiber(Fiber&&) noexcept;

  /// Enters the body, until it pauses or ends. Rethrows what ended it. Returns whether it goes on, that is has paused.
  bool resume();
  /// Inside the body: leaves it, until the next resume.
  void pause();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tacit::attacks
