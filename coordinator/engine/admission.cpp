#include "coordinator/engine/admission.h"

namespace tacit::coordinator {

/// What the pool needs of a round; outlives it if work is still going on.
struct Admission::Round {
  std::shared_ptr<Strategy> strategy;
  std::shared_ptr<const ParameterSchema> schema;
  std::mutex folding;
};

void Admission::begin(std::shared_ptr<Strategy> strategy, std::shared_ptr<const ParameterSchema> schema) {
  if (in_work_ != 0 || !queue_.empty()) fail(ErrorKind::internal, "a round began while updates of another are in work");
  round_ = std::make_shared<Round>();
  round_->strategy = std::move(strategy);
  round_->schema = std::move(schema);
}

void Admission::submit(Job job) {
  queue_.push_back(std::move(job));
  pump();
}

void Admission::pump() {
  while (!queue_.empty() && in_work_ < pool_.threads() + 1) {
    Job job = std::move(queue_.front());
    queue_.pop_front();
    ++in_work_;
    check(std::move(job));
  }
  if (in_work_ == 0 && queue_.empty() && idle_callback_) std::exchange(idle_callback_, nullptr)();
}

void Admission::check(Job job) {
  struct Work {
    Job job;
    std::vector<std::byte> bytes;
    wire::DecodedUpdate update;
    std::optional<Error> error;
  };
  auto work = std::make_shared<Work>();
  work->job = std::move(job);
  try {
    work->bytes = work->job.load();
  } catch (const Error& error) {
    work->error = error;
  }
  pool_.post([this, work, round = round_] {
    try {
      if (!work->error) {
        work->update = wire::decode_update(work->job.header, work->bytes, *round->schema, work->job.model_hash);
        round->strategy->admit({work->update.values, work->update.examples});
      }
    } catch (const Error& error) {
      work->error = error;
    } catch (const std::exception& error) {
      work->error = Error(ErrorKind::internal, error.what());
    }
    work->bytes = {};
    post_([this, work, round] {
      if (work->job.verdict(work->error) && !work->error)
        fold(round, std::move(work->update));
      else
        finish_one();
    });
  });
}

void Admission::fold(std::shared_ptr<Round> round, wire::DecodedUpdate update) {
  auto values = std::make_shared<wire::DecodedUpdate>(std::move(update));
  pool_.post([this, round, values] {
    std::optional<Error> defect;
    try {
      const std::lock_guard lock(round->folding);
      round->strategy->fold({values->values, values->examples});
    } catch (const std::exception& error) {
      defect =
          Error(ErrorKind::internal, fmt::format("an update that was admitted cannot be folded: {}", error.what()));
    }
    post_([this, defect] {
      if (defect) on_defect_(*defect);
      finish_one();
    });
  });
}

void Admission::finish_one() {
  --in_work_;
  pump();
}

void Admission::when_idle(std::function<void()> callback) {
  idle_callback_ = std::move(callback);
  pump();
}

void Admission::abandon(const Error& error) {
  idle_callback_ = nullptr;
  for (Job& job : std::exchange(queue_, {})) job.verdict(error);
}

}  // namespace tacit::coordinator
