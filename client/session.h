#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "client/backoff.h"
#include "client/clock.h"
#include "client/local_task.h"
#include "client/retrier.h"
#include "client/settings.h"
#include "client/transport.h"
#include "client/update_craft.h"
#include "core/parameters.h"
#include "datasets/dataset.h"

namespace tacit::client {

/// How a run ended, in the coordinator's words.
struct RunOutcome {
  std::string outcome;     ///< "complete" or "failed: ..."
  std::string model_hash;  ///< hexadecimal; empty if the run has no final model
};

/// One client's part in one run: join, then pull work, train, hand over the update, until the run is finished.
///
/// It keeps nothing on disk and needs nothing there (promise P2): an update is a function of the announced model, the
/// coordinator's description of the run, the local data, and (seed, round, index). A client that is killed at any
/// instant and started again asks for work, computes the same update bit for bit, learns which of its chunks are
/// stored, sends the others and gets the same receipt.
///
/// A lost connection is taken up again with back-off; Error(peer) after settings.give_up_after without contact. An
/// update whose round has closed is dropped with a line in the log, and the session goes on. Not thread-safe.
class Session {
 public:
  /// Transport, data and clock must outlive the session.
  Session(Transport& transport, ClientSettings settings, const datasets::Dataset& data, Clock& clock, Backoff backoff,
          std::stop_token stop = {});

  /// Agrees to tell a coordinator that asks how the models it sends do on these examples, which must outlive the
  /// session. Before joining; without this call nothing of the kind leaves the client.
  void agree_to_evaluate(const datasets::Dataset& held_out) { held_out_ = &held_out; }

  /// Has every update looked at before it leaves; the guard must outlive the session. Before joining. An update that it
  /// withholds is not sent; the coordinator is told that none will come.
  void guard_with(const LeakageGuard& guard) { guard_ = &guard; }

  /// Makes this a malicious client, for audits: every update is crafted. The craft must outlive the session. Before
  /// joining.
  void craft_with(const UpdateCraft& craft) { craft_ = &craft; }

  /// Becomes a member of the run and prepares for it. Repeating it is harmless; step does it if nobody has. Throws
  /// Error(peer) or Error(data) if this client cannot take part (client/local_task.h), or the coordinator's refusal: of
  /// another protocol version, with both numbers.
  void join();

  /// Asks for work once and does it. Returns false once the run is finished. Throws Error(peer) if the coordinator is
  /// lost or breaks the protocol, Error(interrupted) on a stop request, or the coordinator's refusal.
  bool step();

  /// Steps until the run is finished.
  RunOutcome run();

  /// Once step has returned false.
  const std::optional<RunOutcome>& outcome() const noexcept { return outcome_; }

 private:
  v1::WorkOrder pull();
  v1::WorkOrder pull_as_member();
  void wait(const v1::WorkOrder::Wait& order);
  void train(const v1::WorkOrder::Train& order);
  void check_key(const v1::WorkKey& key);
  std::optional<PreparedUpdate> prepare(const v1::WorkOrder::Train& order);
  void check_received(std::uint32_t round, const Parameters& start) const;
  void withhold(const v1::WorkKey& key);
  Parameters download(const v1::WorkKey& key, const v1::Model& model);
  v1::Receipt deliver_update(const v1::WorkKey& key, const PreparedUpdate& update);
  void hand_over(const v1::WorkKey& key, const PreparedUpdate& update);

  Transport& transport_;
  ClientSettings settings_;
  const datasets::Dataset& data_;
  const datasets::Dataset* held_out_ = nullptr;
  const LeakageGuard* guard_ = nullptr;
  const UpdateCraft* craft_ = nullptr;
  Retrier retrier_;
  v1::JoinResponse description_;
  std::unique_ptr<LocalTask> task_;  ///< null until joined
  std::optional<Parameters> model_;  ///< downloaded, until its update is delivered
  std::string waiting_for_;          ///< the last reason that was logged
  v1::WorkKey last_key_;
  unsigned repetitions_ = 0;  ///< how often last_key_ came again
  std::optional<RunOutcome> outcome_;
};

}  // namespace tacit::client
