#include "coordinator/engine/engine.h"

#include <unistd.h>

#include <cstring>
#include <future>
#include <new>

#include "coordinator/store/journal.h"
#include "core/files.h"
#include "core/log.h"
#include "proto/bytes.h"
#include "proto/model_codec.h"

namespace tacit::coordinator {
namespace {

std::string new_run_id(const Digest& configuration, double unix_time) {
  // A name, not a secret: unlike every other run's because time and process differ.
  return to_hex(sha256(fmt::format("{} {:.9f} {}", to_hex(configuration), unix_time, ::getpid()))).substr(0, 16);
}

}  // namespace

Engine::Engine(CoordinatorConfig config, RunDescription description, Parameters initial, Hooks hooks,
               std::filesystem::path run_folder, ThreadPool& pool, Injected injected)
    : config_(std::move(config)),
      description_(std::move(description)),
      hooks_(std::move(hooks)),
      folder_{std::move(run_folder)},
      clock_(injected.clock ? std::move(injected.clock) : std::make_shared<SystemClock>()),
      pool_(pool),
      store_(std::move(injected.store)),
      model_(initial),
      waiting_(strand_,
               {[this](const std::string& client) { return work_of(client); }, [this] { return wait_order(); }}),
      admission_(
          pool_, [this](std::function<void()> task) { on_strand([this, task] { guarded(task); }); },
          [this](const Error& error) { fail_run(error); }) {
  if (description_.audit.empty() == static_cast<bool>(hooks_.craft))
    fail(ErrorKind::usage, "a run that sends crafted models says so (RunDescription::audit), and no other run does");
  if (!hooks_.evaluate) fail(ErrorKind::usage, "a coordinator needs a way to evaluate models (Hooks::evaluate)");
  take_up(initial);
  join_response_.set_run(run_.id);
  join_response_.set_rounds(config_.rounds);
  join_response_.set_model_toml(description_.model_toml);
  join_response_.set_training_toml(description_.training_toml);
  join_response_.set_pipeline_toml(description_.pipeline_toml);
  for (const std::int64_t extent : description_.input_shape) join_response_.add_input_shape(extent);
  join_response_.set_classes(static_cast<std::uint32_t>(description_.classes));
  join_response_.set_targets(static_cast<std::uint32_t>(description_.targets));
  join_response_.set_schema_hash(wire::to_string(model_.schema().hash()));
  join_response_.set_heartbeat_ms(static_cast<std::uint32_t>(config_.heartbeat.count()));
  join_response_.set_asks_evaluation(description_.asks_evaluation);
  join_response_.set_audit(description_.audit);
}

Engine::~Engine() {
  stop();
}

void Engine::take_up(const Parameters& initial) {
  std::error_code error;
  std::filesystem::create_directories(folder_.path, error);
  if (error) fail(ErrorKind::io, "run folder {}: cannot create: {}", folder_.path.string(), error.message());
  lock_ = std::make_unique<RunLock>(folder_);
  if (!store_) store_ = std::make_unique<Journal>(folder_.journal());
  const Digest configuration = configuration_hash(config_, description_, initial);
  if (const std::optional<StoredRun> stored = store_->run()) {
    run_ = *stored;
    restore_run(configuration, initial);
    refuse_lost_recording();
    recording_ = std::make_unique<wire::RecordingWriter>(folder_.recording(), run_.recording_bytes);
  } else {
    create_run(configuration, initial);
    recording_ = std::make_unique<wire::RecordingWriter>(folder_.recording());
  }
  events_ = std::make_unique<EventLog>(folder_.events());
}

/// The journal has let go of what the recording holds, so a recording that was cut short cannot be made whole again.
void Engine::refuse_lost_recording() const {
  std::error_code absent;
  const std::uintmax_t found = std::filesystem::file_size(folder_.recording(), absent);
  const std::uint64_t expected = run_.recording_bytes;
  if (expected == 0 || (!absent && found >= expected)) return;
  fail(ErrorKind::data,
       "{}: {} bytes were recorded and are durable, {} are there; the rounds so far can not be audited",
       folder_.recording().string(), expected, absent ? 0 : found);
}

void Engine::create_run(const Digest& configuration, const Parameters& initial) {
  for (const auto& file : {folder_.recording(), folder_.events()})
    if (std::filesystem::exists(file))
      fail(ErrorKind::state, "run folder {}: {} is there, but no run in the journal; give another folder",
           folder_.path.string(), file.filename().string());
  if (!description_.configuration_toml.empty())
    write_atomically(folder_.configuration(), std::string_view(description_.configuration_toml));
  run_.started = clock_->unix_time();
  run_.id = new_run_id(configuration, run_.started);
  run_.configuration_hash = configuration;
  run_.schema_hash = initial.schema().hash();
  run_.rounds = config_.rounds;
  store_->create_run(run_);
  store_->put_model(1, wire::model_bytes(initial));
  store_->commit();
}

void Engine::restore_run(const Digest& configuration, const Parameters& initial) {
  if (run_.configuration_hash != configuration)
    fail(ErrorKind::configuration,
         "run folder {}: it holds run {} of another configuration (see its config.toml); give another folder, or the "
         "same configuration to go on",
         folder_.path.string(), run_.id);
  for (const StoredMember& stored : store_->members())
    members_[stored.name] = Member{stored.examples, stored.software_version, clock_->now(), false};
  history_ = store_->rounds();
  for (const StoredRound& round : history_) closed_rounds_ += round.summary ? 1 : 0;
  const std::vector<std::byte> bytes = store_->model(closed_rounds_ + 1);
  const Digest expected = history_.size() > closed_rounds_ ? history_.back().model_hash : Digest{};
  if (bytes.size() != initial.size() * sizeof(float))
    fail(ErrorKind::data, "{}: the model of round {} has {} bytes, {} parameters have {}", folder_.journal().string(),
         closed_rounds_ + 1, bytes.size(), initial.size(), initial.size() * sizeof(float));
  if (!bytes.empty()) std::memcpy(model_.values().data(), bytes.data(), bytes.size());
  if (history_.size() > closed_rounds_ && model_.hash() != expected)
    fail(ErrorKind::data, "{}: the model of round {} has hash {}, announced was {}", folder_.journal().string(),
         closed_rounds_ + 1, to_hex(model_.hash()), to_hex(expected));
}

void Engine::start() {
  const std::lock_guard lock(doors_mutex_);
  if (doors_ != Doors::not_yet) fail(ErrorKind::state, "the coordinator was started before");
  guard_.emplace(context_.get_executor());
  on_strand([this] { guarded([this] { begin(); }); });
  thread_ = std::thread([this] { context_.run(); });
  doors_ = Doors::open;
}

void Engine::begin() {
  recording_->add_run_description(join_response_);
  if (run_.state == RunState::failed) store_->set_state(history_.empty() ? RunState::joining : RunState::running, "");
  retell_history();
  if (run_.state == RunState::finished)
    phase_ = Finished{};
  else if (!history_.empty())
    phase_ = Collecting{.round = closed_rounds_ + 1};
  enter_phase();
  step();
}

void Engine::stop() {
  {
    const std::lock_guard lock(doors_mutex_);
    const Doors before = std::exchange(doors_, Doors::closed);
    if (before != Doors::open) return;
  }
  on_strand([this] {
    stopping_ = true;
    deadline_.cancel();
    const Error error(ErrorKind::interrupted, "the coordinator is stopping");
    waiting_.dismiss(error);
    admission_.abandon(error);
    flush();
  });
  // Once `stopping_` is set nothing new goes to the pool; what is there answers to the strand one last time.
  const auto reached = std::make_shared<std::promise<void>>();
  on_strand([reached] { reached->set_value(); });
  reached->get_future().wait();
  pool_.wait_idle();
  on_strand([this] { flush(); });
  guard_.reset();
  thread_.join();
  const std::lock_guard lock(end_mutex_);
  end_changed_.notify_all();
}

void Engine::drain() {
  on_strand([this] {
    draining_ = true;
    waiting_.release();
  });
}

void Engine::on_strand(std::function<void()> task) {
  boost::asio::post(strand_, std::move(task));
}

void Engine::guarded(const std::function<void()>& task) {
  try {
    task();
  } catch (const Error& error) {
    fail_run(error);
  } catch (const std::bad_alloc&) {
    fail_run(Error(ErrorKind::resource, "out of memory"));
  } catch (const std::exception& error) {
    fail_run(Error(ErrorKind::internal, error.what()));
  }
}

void Engine::step() {
  if (stopping_) return;
  while (std::visit([this](auto& phase) { return advance(phase); }, phase_)) {
  }
  arm_deadline();
}

template <class P>
bool Engine::advance(P& phase) {
  if constexpr (Transient<P>) {
    auto next = phase.next(clock_->now());
    if (!next) return false;
    phase_ = std::visit([&phase](auto to) { return successor(phase, std::move(to)); }, std::move(*next));
    enter_phase();
    return true;
  } else {
    return false;
  }
}

void Engine::enter_phase() {
  guarded([this] { std::visit([this](auto& entered) { enter(entered); }, phase_); });
  waiting_.review();
}

void Engine::fail_run(const Error& error) {
  const bool was_under_way = std::visit(
      [this, &error](auto& phase) {
        if constexpr (Transient<std::decay_t<decltype(phase)>>) {
          phase_ = failure(phase, error.what());
          return true;
        } else {
          return false;
        }
      },
      phase_);
  if (!was_under_way) return log::error("after the end of the run: {}", error.what());
  enter_phase();
  arm_deadline();
}

void Engine::arm_deadline() {
  deadline_.cancel();
  std::visit(
      [this](auto& phase) {
        if constexpr (requires { phase.deadline; }) {
          deadline_.expires_after(phase.deadline - clock_->now());
          deadline_.async_wait([this](const boost::system::error_code& cancelled) {
            if (!cancelled) step();
          });
        }
      },
      phase_);
}

void Engine::after_durable(std::function<void()> then, std::function<void(const Error&)> otherwise) {
  pending_.push_back({std::move(then), std::move(otherwise)});
  if (std::exchange(flush_posted_, true)) return;
  // Behind everything that is queued on the strand already, so that one fsync serves all of it.
  on_strand([this] { flush(); });
}

void Engine::flush() {
  flush_posted_ = false;
  std::vector<Pending> batch = std::exchange(pending_, {});
  try {
    if (round_ && round_->traffic() != stored_traffic_) {
      store_->set_traffic(round_->number(), round_->traffic());
      stored_traffic_ = round_->traffic();
    }
    store_->commit();
  } catch (const Error& error) {
    for (const Pending& pending : batch)
      if (pending.otherwise) pending.otherwise(error);
    return fail_run(error);
  }
  for (const Pending& pending : batch) guarded(pending.then);
  step();
}

void Engine::record(const Event& event) {
  events_->write(event, clock_->unix_time());
}

void Engine::tell(const Event& event) {
  // The file tells every fact once; whoever listens needs all of this life's, also those the file has from a former
  // one.
  record(event);
  if (hooks_.on_event) hooks_.on_event(event);
}

void Engine::announce_end(RunOutcome outcome) {
  const std::lock_guard lock(end_mutex_);
  members_untold_ = 0;
  for (const auto& [name, member] : members_) members_untold_ += member.told_the_end ? 0 : 1;
  end_ = std::move(outcome);
  end_changed_.notify_all();
}

std::optional<RunOutcome> Engine::wait(std::chrono::milliseconds limit) {
  std::unique_lock lock(end_mutex_);
  end_changed_.wait_for(lock, limit, [this] { return end_.has_value(); });
  return end_;
}

bool Engine::linger(std::chrono::milliseconds limit) {
  std::unique_lock lock(end_mutex_);
  return end_changed_.wait_for(lock, limit, [this] { return end_ && members_untold_ == 0; });
}

}  // namespace tacit::coordinator
