#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "coordinator/aggregation/strategy.h"
#include "coordinator/engine/pool_tasks.h"
#include "core/error.h"
#include "proto/update_codec.h"

namespace tacit::coordinator {

/// Takes updates from stored bytes into the aggregate: load (strand), decode and check (pool), verdict (strand), fold
/// (pool). So many are in work at once as the pool has threads, and one more; the others wait as headers. That keeps
/// memory at O(threads x parameters) however many updates come at once.
///
/// All functions are called on the strand.
class Admission {
 public:
  /// Runs a task on the strand.
  using Post = std::function<void(std::function<void()>)>;

  struct Job {
    v1::UpdateHeader header;
    Digest model_hash;  ///< of the model that it must answer to
    std::function<std::vector<std::byte>()> load;
    /// Told what the check found (nothing: usable). Returns whether the update counts and is to be folded.
    std::function<bool(const std::optional<Error>&)> verdict;
  };

  Admission(PoolTasks& pool, Post post, std::function<void(const Error&)> on_defect)
      : pool_(pool), post_(std::move(post)), on_defect_(std::move(on_defect)) {}

  /// A new round: updates go to `strategy`. Nothing may be in work.
  void begin(std::shared_ptr<Strategy> strategy, std::shared_ptr<const ParameterSchema> schema);
  void submit(Job job);
  /// Calls back once nothing is queued or in work (at once if so already).
  void when_idle(std::function<void()> callback);
  /// Tells every queued job this error instead of working on it.
  void abandon(const Error& error);

 private:
  struct Round;
  void pump();
  void check(Job job);
  void fold(std::shared_ptr<Round> round, wire::DecodedUpdate update);
  void finish_one();

  PoolTasks& pool_;
  Post post_;
  std::function<void(const Error&)> on_defect_;
  std::shared_ptr<Round> round_;
  std::deque<Job> queue_;
  std::size_t in_work_ = 0;
  std::function<void()> idle_callback_;
};

}  // namespace tacit::coordinator
