#pragma once

#include <cstddef>
#include <functional>
#include <memory>

namespace tacit {

/// A fixed number of worker threads for numeric work.
class ThreadPool {
 public:
  /// 0 threads means as many as the process may run on at once.
  explicit ThreadPool(std::size_t threads = 0);
  ~ThreadPool();  ///< waits for what was posted

  std::size_t size() const noexcept;
  /// Runs a task some time; exceptions of the task are a defect and end the process with a message.
  void post(std::function<void()> task);
  /// Runs body(index) for every index in [0, count) on the pool and the calling thread, and waits. The first exception
  /// by index order is rethrown. The caller must write results by index, so the outcome does not depend on scheduling.
  /// Where memory for more helpers is missing, it goes on with those it has.
  void for_each(std::size_t count, const std::function<void(std::size_t)>& body);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tacit
