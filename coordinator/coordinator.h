#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "coordinator/clock.h"
#include "coordinator/config.h"
#include "coordinator/events.h"
#include "coordinator/reply.h"
#include "coordinator/store/store.h"
#include "core/parameters.h"
#include "core/thread_pool.h"
#include "models/training.h"
#include "tacit/v1/coordinator.pb.h"

namespace tacit::coordinator {

class Engine;

/// Models that take the place of a round's, by client. Who is not in it is sent the round's.
using CraftedModels = std::map<std::string, Parameters>;

/// What the coordinator asks of its surroundings.
struct Hooks {
  /// Loss and accuracy of a model on the coordinator's evaluation data. Called on a pool thread, once a round.
  /// Required.
  std::function<models::Evaluated(const Parameters&)> evaluate;
  /// Told every event after it is durable and in events.jsonl, from this start on.
  /// Called on the coordinator's thread: must be quick, must not call back. May be empty.
  OnEvent on_event;
  /// For audits of a malicious coordinator: what is sent to the clients of the cohort (sorted) in place of `model`, in
  /// round `round`. The recording in the run folder holds all former rounds whole; behind them may stand a part of this
  /// one, left by a crash. Nothing but these and the arguments may decide the answer: a coordinator that comes back
  /// asks again. Called once as a round opens, on the coordinator's thread. Empty in every honest run;
  /// RunDescription::audit says what it does.
  std::function<CraftedModels(std::uint32_t round, const Parameters& model, const std::vector<std::string>& cohort)>
      craft{};
};

/// Parts that tests and simulations replace. Empty ones stand for the real thing.
struct Injected {
  std::unique_ptr<Store> store;  ///< default: Journal in the run folder
  std::shared_ptr<Clock> clock;  ///< default: SystemClock
};

struct RunOutcome {
  bool complete = false;
  std::string outcome;       ///< "complete", or "failed: " and why
  std::uint32_t rounds = 0;  ///< closed
  Parameters model;          ///< the newest
};

/// Conducts one run: admits members, announces rounds, collects updates durably, aggregates them exactly, evaluates,
/// goes on, and after a crash goes on where it was (promises P1, P2, P6). It knows nothing of gRPC: grpc_service.h
/// brings the calls of a network here, a simulation calls directly.
///
/// P1: with the same configuration and the same members the final model has the same bits, whatever the order of
/// arrival, the number of threads, and the crashes. (Who is a member when round 1 begins is decided by minimum_clients:
/// a run that more clients may join than it waits for depends on who comes first.) P2: a Receipt is given after the
/// update is on the disk.
///
/// A client's fault is answered to that client and changes nothing else. A fault of our own disk or memory ends the run
/// as failed; the folder can be taken up again when it is mended.
class Coordinator {
 public:
  /// Creates the run folder or takes up the run in it. Throws Error(configuration) if the folder holds a run of another
  /// configuration, Error(state) if another process conducts it, Error(data) or Error(io) if its files are unusable.
  Coordinator(CoordinatorConfig config, RunDescription description, Parameters initial, Hooks hooks,
              std::filesystem::path run_folder, ThreadPool& pool, Injected injected = {});
  ~Coordinator();  ///< stops
  Coordinator(const Coordinator&) = delete;
  Coordinator& operator=(const Coordinator&) = delete;

  /// Opens the doors. A run that had failed is taken up again where it was.
  void start();

  // The calls of proto/tacit/v1/coordinator.proto, by a client whose identity is proven. From any thread; they return
  // at once. The reply comes within the time that storing takes, PullWork's within its patience (at most
  // patience_limit) beyond that. Errors: state (not now: the message says what is now), data (a bad field), peer (not
  // admitted), io or resource (our disk), interrupted (we are stopping).
  void join(std::string client, v1::JoinRequest request, Reply<v1::JoinResponse> reply);
  void pull_work(std::string client, v1::PullWorkRequest request, Reply<v1::WorkOrder> reply);
  void download_chunk(std::string client, v1::DownloadChunkRequest request, Reply<v1::Chunk> reply);
  void offer_update(std::string client, v1::OfferUpdateRequest request, Reply<v1::OfferUpdateResponse> reply);
  void upload_chunk(std::string client, v1::UploadChunkRequest request, Reply<v1::UploadChunkResponse> reply);
  void commit_update(std::string client, v1::CommitUpdateRequest request, Reply<v1::Receipt> reply);
  void heartbeat(std::string client, v1::HeartbeatRequest request, Reply<v1::HeartbeatResponse> reply);
  static constexpr std::chrono::milliseconds patience_limit{10'000};

  const std::string& run_id() const noexcept;

  /// Waits for the end of the run; nothing if it has not come within `limit`.
  std::optional<RunOutcome> wait(std::chrono::milliseconds limit);
  /// After the end: waits until every member has been told so, at most `limit`. Returns whether all were.
  bool linger(std::chrono::milliseconds limit);
  /// From now on no call of PullWork is held: for the shutdown of a server in front.
  void drain();
  /// Closes the doors: held calls are answered with Error(interrupted), what was stored stays, and a new Coordinator
  /// can go on from there. Waits for numeric work under way (one evaluation at most). Idempotent.
  void stop();

 private:
  std::unique_ptr<Engine> engine_;
};

}  // namespace tacit::coordinator
