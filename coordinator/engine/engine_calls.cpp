#include <algorithm>

#include "coordinator/engine/engine.h"
#include "core/log.h"
#include "proto/bytes.h"
#include "proto/protocol_version.h"

namespace tacit::coordinator {
namespace {

constexpr std::uint32_t update_step = 1;
constexpr std::uint32_t retry_after_ms = 200;

}  // namespace

bool Engine::is_ours(ErrorKind kind) {
  return kind == ErrorKind::io || kind == ErrorKind::resource || kind == ErrorKind::internal;
}

void Engine::join(const std::string& client, const v1::JoinRequest& request, const Reply<v1::JoinResponse>& reply) {
  if (request.protocol_version() != protocol_version)
    fail(ErrorKind::peer, "client '{}' speaks protocol version {}, this coordinator version {}: use the same release",
         client, request.protocol_version(), protocol_version);
  const auto& allowed = config_.clients;
  if (!allowed.empty() && std::find(allowed.begin(), allowed.end(), client) == allowed.end())
    fail(ErrorKind::peer, "client '{}' is not on this run's list (coordinator.clients)", client);
  if (request.examples() == 0) fail(ErrorKind::data, "join.examples: client '{}' has no training examples", client);
  if (!std::holds_alternative<Finished>(phase_) && !std::holds_alternative<Failed>(phase_)) {
    const bool is_new = !members_.contains(client);
    Member& member = members_[client];
    member.last_heard = clock_->now();
    if (is_new || member.examples != request.examples() || member.software_version != request.software_version()) {
      member.examples = request.examples();
      member.software_version = request.software_version();
      store_->put_member({client, member.examples, member.software_version});
    }
    if (is_new) {
      if (auto* joining = std::get_if<Joining>(&phase_)) joining->joined = members_.size();
      after_durable([this, event = MemberJoined{client, request.examples(), members_.size()}] { tell(event); });
    }
  }
  after_durable(
      [this, reply, client] {
        v1::JoinResponse response = join_response_;
        response.set_client(client);
        reply(response);
      },
      [reply](const Error& error) { reply(error); });
}

void Engine::pull_work(const std::string& client, const v1::PullWorkRequest& request,
                       const Reply<v1::WorkOrder>& reply) {
  check_member(client, request.run());
  const auto patience = std::min(std::chrono::milliseconds(request.patience_ms()), Coordinator::patience_limit);
  waiting_.hold(client, draining_ ? std::chrono::milliseconds(0) : patience, reply);
}

std::optional<v1::WorkOrder> Engine::work_of(const std::string& client) {
  v1::WorkOrder order;
  if (std::holds_alternative<Finished>(phase_) || std::holds_alternative<Failed>(phase_)) {
    const std::lock_guard lock(end_mutex_);
    order.mutable_finished()->set_outcome(end_ ? end_->outcome : "complete");
    order.mutable_finished()->set_model_hash(wire::to_string(model_.hash()));
    if (const auto found = members_.find(client);
        found != members_.end() && !std::exchange(found->second.told_the_end, true) && members_untold_ > 0)
      if (--members_untold_ == 0) end_changed_.notify_all();
    return order;
  }
  const auto* collecting = std::get_if<Collecting>(&phase_);
  const bool asked = collecting != nullptr && round_ && round_->asks(client);
  if (!asked || round_->accepted(client) != 0 || checking_.contains(client) || collecting->withheld.contains(client))
    return {};
  v1::WorkOrder::Train& train = *order.mutable_train();
  train.mutable_key()->set_run(run_.id);
  train.mutable_key()->set_round(round_->number());
  train.mutable_key()->set_step(update_step);
  *train.mutable_model() = round_->announcement(client);
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(collecting->deadline - clock_->now());
  train.set_deadline_ms(static_cast<std::uint32_t>(std::max<std::int64_t>(left.count(), 0)));
  round_->traffic().bytes_down += train.model().ByteSizeLong();
  return order;
}

v1::WorkOrder Engine::wait_order() const {
  v1::WorkOrder order;
  order.mutable_wait()->set_retry_after_ms(draining_ ? 1000 : retry_after_ms);
  order.mutable_wait()->set_reason(draining_ ? "the coordinator is stopping" : describe_now());
  return order;
}

std::string Engine::describe_now() const {
  return std::visit(
      [this](const auto& phase) -> std::string {
        if constexpr (requires { phase.reason_to_wait(); })
          return phase.reason_to_wait();
        else
          return "the run has ended";
      },
      phase_);
}

void Engine::check_member(const std::string& client, std::string_view run) {
  if (run != run_.id)
    fail(ErrorKind::state, "this coordinator conducts run {}, the call is for run '{}'", run_.id, run);
  const bool ended = std::holds_alternative<Finished>(phase_) || std::holds_alternative<Failed>(phase_);
  const auto found = members_.find(client);
  if (found == members_.end() && ended) return;  // it is told that the run has ended
  if (found == members_.end())
    fail(ErrorKind::state, "client '{}' is not a member of run {}: call Join first", client, run);
  found->second.last_heard = clock_->now();
}

void Engine::check_key(const v1::WorkKey& key) const {
  if (key.step() != update_step)
    fail(ErrorKind::data, "key.step: {} given; a round has one step, {}", key.step(), update_step);
}

bool Engine::is_open(std::uint32_t round) const {
  return std::holds_alternative<Collecting>(phase_) && round_ && round_->number() == round;
}

void Engine::refuse_round(std::uint32_t round) const {
  const auto* collecting = std::get_if<Collecting>(&phase_);
  const std::string now = collecting ? fmt::format("round {} is open", collecting->round) : describe_now();
  const std::uint32_t newest = round_ ? round_->number() : 0;
  fail(ErrorKind::state, "round {} {}; {}", round, round <= newest && round != 0 ? "is closed" : "has not begun", now);
}

void Engine::check_asked(const std::string& client) const {
  if (std::get<Collecting>(phase_).withheld.contains(client))
    fail(ErrorKind::state, "client '{}' has withheld its update of round {}", client, round_->number());
  if (!round_->asks(client))
    fail(ErrorKind::state, "client '{}' was not chosen for round {}", client, round_->number());
}

std::optional<StoredUpdate> Engine::accepted_before(const std::string& client, const v1::WorkKey& key,
                                                    std::string_view blob_sha256) {
  std::optional<StoredUpdate> update = store_->update(key.round(), client);
  if (!update || update->accepted == 0 || update->header.values().sha256() != blob_sha256) return {};
  return update;
}

void Engine::download_chunk(const std::string& client, const v1::DownloadChunkRequest& request,
                            const Reply<v1::Chunk>& reply) {
  check_member(client, request.key().run());
  check_key(request.key());
  if (!is_open(request.key().round())) refuse_round(request.key().round());
  v1::Chunk chunk;
  chunk.set_data(wire::to_string(round_->model_chunk(client, request.sha256())));
  round_->traffic().bytes_down += chunk.data().size();
  reply(std::move(chunk));
}

void Engine::offer_update(const std::string& client, const v1::OfferUpdateRequest& request,
                          const Reply<v1::OfferUpdateResponse>& reply) {
  check_member(client, request.key().run());
  check_key(request.key());
  v1::OfferUpdateResponse response;
  if (is_open(request.key().round())) {
    check_asked(client);
    // What nobody asked for is neither kept nor recorded.
    if (request.header().has_evaluation() && !description_.asks_evaluation)
      fail(ErrorKind::data, "update.evaluation: given, but this run does not ask clients for any");
    response = round_->offer(client, request.header());
    round_->traffic().bytes_up += request.header().ByteSizeLong();
  } else {
    // Repeating a call about an update that counted gives the old answer.
    if (!accepted_before(client, request.key(), request.header().values().sha256()))
      refuse_round(request.key().round());
    response.set_committed(true);
  }
  after_durable([reply, response] { reply(response); }, [reply](const Error& error) { reply(error); });
}

void Engine::upload_chunk(const std::string& client, const v1::UploadChunkRequest& request, const Digest& digest,
                          const Reply<v1::UploadChunkResponse>& reply) {
  check_member(client, request.key().run());
  check_key(request.key());
  if (!is_open(request.key().round())) refuse_round(request.key().round());
  check_asked(client);
  round_->put_chunk(client, request.position(), request.data(), digest);
  round_->traffic().bytes_up += request.data().size();
  after_durable([reply] { reply(v1::UploadChunkResponse()); }, [reply](const Error& error) { reply(error); });
}

v1::Receipt Engine::receipt(std::uint32_t round, const v1::UpdateHeader& header, std::uint32_t accepted) const {
  v1::Receipt receipt;
  receipt.mutable_key()->set_run(run_.id);
  receipt.mutable_key()->set_round(round);
  receipt.mutable_key()->set_step(update_step);
  receipt.set_blob_sha256(header.values().sha256());
  receipt.set_accepted_so_far(accepted);
  return receipt;
}

void Engine::commit_update(const std::string& client, const v1::CommitUpdateRequest& request,
                           const Reply<v1::Receipt>& reply) {
  const v1::WorkKey& key = request.key();
  check_member(client, key.run());
  check_key(key);
  if (!is_open(key.round())) {
    const auto before = accepted_before(client, key, request.blob_sha256());
    if (!before) refuse_round(key.round());
    return reply(receipt(key.round(), before->header, before->accepted));
  }
  check_asked(client);
  const v1::UpdateHeader& header = round_->complete_update(client, request.blob_sha256());
  if (const std::uint32_t accepted = round_->accepted(client); accepted != 0)
    return after_durable([reply, old = receipt(key.round(), header, accepted)] { reply(old); },
                         [reply](const Error& error) { reply(error); });
  auto& waiting = checking_[client];
  waiting.push_back(reply);
  if (waiting.size() == 1) check_update(client, header);
}

/// Of the model that this client was sent.
Digest Engine::model_hash_of(const std::string& client) const {
  return wire::to_digest(round_->announcement(client).model_hash(), "model_hash");
}

void Engine::check_update(const std::string& client, const v1::UpdateHeader& header) {
  const std::uint32_t round = round_->number();
  round_->set_checking(client, true);
  admission_.submit(
      {header, model_hash_of(client), [this, client, round] { return store_->update_bytes(round, client); },
       [this, client, round](const std::optional<Error>& error) { return on_verdict(client, round, error); }});
}

bool Engine::on_verdict(const std::string& client, std::uint32_t round, const std::optional<Error>& error) {
  const auto waiting = checking_.extract(client);
  std::vector<Reply<v1::Receipt>> replies = waiting ? std::move(waiting.mapped()) : std::vector<Reply<v1::Receipt>>();
  const auto refuse = [&replies](const Error& reason) {
    for (const auto& reply : replies) reply(reason);
    return false;
  };
  try {
    if (stopping_) return refuse(Error(ErrorKind::interrupted, "the coordinator is stopping"));
    if (!is_open(round)) refuse_round(round);
    if (error) return reject(client, replies, *error), false;
    accept(client, replies);
    return true;
  } catch (const Error& reason) {
    if (is_ours(reason.kind())) fail_run(reason);
    return refuse(reason);
  }
}

void Engine::accept(const std::string& client, std::vector<Reply<v1::Receipt>> replies) {
  const std::uint32_t accepted = round_->accept(client);
  std::get<Collecting>(phase_).committed.insert(client);
  const v1::UpdateHeader& header = round_->header(client);
  const UpdateCommitted event{round_->number(),        client,   header.examples(),          header.training_loss(),
                              header.values().bytes(), accepted, reported_evaluation(header)};
  after_durable(
      [this, event, replies, receipt = receipt(event.round, header, accepted)] {
        for (const auto& reply : replies) reply(receipt);
        tell(event);
      },
      [replies](const Error& reason) {
        for (const auto& reply : replies) reply(reason);
      });
}

void Engine::reject(const std::string& client, const std::vector<Reply<v1::Receipt>>& replies, const Error& error) {
  log::warning("round {}: update of client '{}' refused: {}", round_->number(), client, error.what());
  for (const auto& reply : replies) reply(error);
  if (is_ours(error.kind())) return fail_run(error);
  round_->drop(client);
  after_durable([this] { waiting_.review(); });
}

void Engine::heartbeat(const std::string& client, const v1::HeartbeatRequest& request,
                       const Reply<v1::HeartbeatResponse>& reply) {
  check_member(client, request.key().run());
  v1::HeartbeatResponse response;
  response.set_work_still_counts(is_open(request.key().round()) && round_->asks(client));
  if (request.withholds() && response.work_still_counts()) withhold(client);
  reply(response);
}

/// Kept in memory alone: a coordinator that comes back asks again, and is told again.
void Engine::withhold(const std::string& client) {
  if (round_->accepted(client) != 0 || checking_.contains(client))
    fail(ErrorKind::state, "round {}: client '{}' cannot withhold an update that it has committed", round_->number(),
         client);
  if (!std::get<Collecting>(phase_).withheld.insert(client).second) return;
  after_durable([this, event = UpdateWithheld{round_->number(), client}] { tell(event); });
}

}  // namespace tacit::coordinator
