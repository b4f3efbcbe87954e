#pragma once

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <condition_variable>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "coordinator/coordinator.h"
#include "coordinator/engine/admission.h"
#include "coordinator/engine/open_round.h"
#include "coordinator/engine/pool_tasks.h"
#include "coordinator/engine/waiting_room.h"
#include "coordinator/event_log.h"
#include "coordinator/phases/phases.h"
#include "coordinator/run_folder.h"
#include "proto/recording.h"

namespace tacit::coordinator {

/// Everything behind Coordinator. All state below `strand_` is touched on that strand only.
///
///   engine.cpp        birth, start, stop, the runner of the phases, the one failure path
///   engine_calls.cpp  what clients ask
///   engine_round.cpp  what happens when a phase begins: announce, aggregate, record, close
class Engine {
 public:
  Engine(CoordinatorConfig config, RunDescription description, Parameters initial, Hooks hooks,
         std::filesystem::path run_folder, ThreadPool& pool, Injected injected);
  ~Engine();

  void start();
  void stop();
  void drain();
  std::optional<RunOutcome> wait(std::chrono::milliseconds limit);
  bool linger(std::chrono::milliseconds limit);
  const std::string& run_id() const noexcept { return run_.id; }

  /// Runs `body(reply)` on the strand; an Error it throws becomes the reply.
  template <class T, class Body>
  void call(Reply<T> reply, Body body);

  // On the strand. Each replies now or arranges for it; throws before that if the call is refused.
  void join(const std::string& client, const v1::JoinRequest& request, const Reply<v1::JoinResponse>& reply);
  void pull_work(const std::string& client, const v1::PullWorkRequest& request, const Reply<v1::WorkOrder>& reply);
  void download_chunk(const std::string& client, const v1::DownloadChunkRequest& request,
                      const Reply<v1::Chunk>& reply);
  void offer_update(const std::string& client, const v1::OfferUpdateRequest& request,
                    const Reply<v1::OfferUpdateResponse>& reply);
  void upload_chunk(const std::string& client, const v1::UploadChunkRequest& request, const Digest& digest,
                    const Reply<v1::UploadChunkResponse>& reply);
  void commit_update(const std::string& client, const v1::CommitUpdateRequest& request,
                     const Reply<v1::Receipt>& reply);
  void heartbeat(const std::string& client, const v1::HeartbeatRequest& request,
                 const Reply<v1::HeartbeatResponse>& reply);

 private:
  enum class Doors { not_yet, open, closed };
  struct Member {
    std::uint64_t examples = 0;
    std::string software_version;
    Instant last_heard{};
    bool told_the_end = false;
  };

  // engine.cpp
  void take_up(const Parameters& initial);
  void refuse_lost_recording() const;
  void create_run(const Digest& configuration, const Parameters& initial);
  void restore_run(const Digest& configuration, const Parameters& initial);
  void begin();
  void step();
  template <class P>
  bool advance(P& phase);
  void enter_phase();
  void arm_deadline();
  void fail_run(const Error& error);
  void on_strand(std::function<void()> task);
  /// Runs a task of our own (not a client's): an error ends the run.
  void guarded(const std::function<void()>& task);
  void after_durable(std::function<void()> then, std::function<void(const Error&)> otherwise = {});
  void flush();
  void record(const Event& event);  ///< in events.jsonl, unless it is there
  void tell(const Event& event);    ///< and to whoever listens
  void announce_end(RunOutcome outcome);

  // engine_calls.cpp
  void check_member(const std::string& client, std::string_view run);
  void check_key(const v1::WorkKey& key) const;
  bool is_open(std::uint32_t round) const;
  [[noreturn]] void refuse_round(std::uint32_t round) const;
  void check_asked(const std::string& client) const;
  std::optional<StoredUpdate> accepted_before(const std::string& client, const v1::WorkKey& key,
                                              std::string_view blob_sha256);
  std::optional<v1::WorkOrder> work_of(const std::string& client);
  v1::WorkOrder wait_order() const;
  std::string describe_now() const;
  Digest model_hash_of(const std::string& client) const;
  void check_update(const std::string& client, const v1::UpdateHeader& header);
  void withhold(const std::string& client);
  bool on_verdict(const std::string& client, std::uint32_t round, const std::optional<Error>& error);
  void accept(const std::string& client, std::vector<Reply<v1::Receipt>> replies);
  void reject(const std::string& client, const std::vector<Reply<v1::Receipt>>& replies, const Error& error);
  v1::Receipt receipt(std::uint32_t round, const v1::UpdateHeader& header, std::uint32_t accepted) const;
  static bool is_ours(ErrorKind kind);

  // engine_round.cpp
  void enter(Joining& phase);
  void enter(Collecting& phase);
  void enter(Closing& phase);
  void enter(Finished& phase);
  void enter(Failed& phase);
  StoredRound open_or_restore(std::uint32_t number);
  void refold(const std::string& client, const v1::UpdateHeader& header);
  void aggregate();
  void record_next();
  void record_update(const std::string& client, const v1::UpdateHeader& header);
  void log_silence() const;
  void close_round();
  RoundSummary summarise() const;
  void retell_history();

  const CoordinatorConfig config_;
  const RunDescription description_;
  const Hooks hooks_;
  const RunFolder folder_;
  std::shared_ptr<Clock> clock_;
  v1::JoinResponse join_response_;
  PoolTasks pool_;

  boost::asio::io_context context_{1};
  boost::asio::strand<boost::asio::io_context::executor_type> strand_{context_.get_executor()};
  std::unique_ptr<RunLock> lock_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<wire::RecordingWriter> recording_;
  std::unique_ptr<EventLog> events_;
  StoredRun run_;
  std::map<std::string, Member> members_;
  std::vector<StoredRound> history_;  ///< rounds of the journal when it was opened
  Parameters model_;                  ///< the newest
  std::uint32_t closed_rounds_ = 0;
  Phase phase_{Joining{}};
  boost::asio::steady_timer deadline_{strand_};
  WaitingRoom waiting_;
  Admission admission_;
  std::unique_ptr<OpenRound> round_;
  std::shared_ptr<Strategy> strategy_;
  std::map<std::string, std::vector<Reply<v1::Receipt>>> checking_;  ///< who waits for the verdict on an update
  struct Aggregated {
    Parameters model;
    models::Evaluated evaluated;
  };
  std::optional<Aggregated> aggregated_;
  std::vector<std::pair<std::string, v1::UpdateHeader>> to_record_;  ///< of the round being closed, last client first
  struct Pending {
    std::function<void()> then;
    std::function<void(const Error&)> otherwise;
  };
  std::vector<Pending> pending_;  ///< what waits for the next commit
  bool flush_posted_ = false;
  RoundTraffic stored_traffic_;
  bool stopping_ = false;
  bool draining_ = false;

  std::mutex doors_mutex_;
  Doors doors_ = Doors::not_yet;
  std::mutex end_mutex_;
  std::condition_variable end_changed_;
  std::optional<RunOutcome> end_;
  std::size_t members_untold_ = 0;  ///< of the end

  std::optional<boost::asio::executor_work_guard<boost::asio::io_context::executor_type>> guard_;
  std::thread thread_;
};

template <class T, class Body>
void Engine::call(Reply<T> reply, Body body) {
  Doors doors = Doors::closed;
  {
    const std::lock_guard lock(doors_mutex_);
    doors = doors_;
    if (doors == Doors::open) {
      boost::asio::post(strand_, [this, reply = std::move(reply), body = std::move(body)] {
        if (stopping_) return reply(Error(ErrorKind::interrupted, "the coordinator is stopping"));
        try {
          body(reply);
        } catch (const Error& error) {
          reply(error);
          if (is_ours(error.kind())) fail_run(error);
        } catch (const std::exception& error) {
          const Error defect(ErrorKind::internal, error.what());
          reply(defect);
          fail_run(defect);
        }
      });
      return;
    }
  }
  reply(doors == Doors::not_yet ? Error(ErrorKind::state, "the coordinator has not started yet")
                                : Error(ErrorKind::interrupted, "the coordinator is stopping"));
}

}  // namespace tacit::coordinator
